// What is typed is on the device at once, sealed, until the server has confirmed it; then it is gone here.
//
// One record a change, under the id that makes the server count it once. The key has two halves: one that no
// script can read out stays on the device, the other comes with the page from the server and is held in memory
// alone. When the session is finalised the server's half is destroyed with the session's key: what may still lie
// in the browser's files opens for nobody, whether this device ever comes back or not.
// Each tab has a name and holds a lock on it: a note of a tab that is still open belongs to that tab, one of
// a closed tab to whoever opens the session next. Without a secure page or storage nothing is kept, and
// `open` gives null.
(() => {
  'use strict';
  const wait = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const finished = (change) => new Promise((done, failed) => {
    change.oncomplete = () => done();
    change.onerror = change.onabort = () => failed(change.error);
  });

  function openStore() {
    const request = indexedDB.open('session-notes', 2);
    request.onupgradeneeded = () => {
      const store = request.result;
      for (const name of [...store.objectStoreNames]) store.deleteObjectStore(name);
      store.createObjectStore('notes', { keyPath: ['session', 'id'] });
      store.createObjectStore('keys', { keyPath: 'session' });
    };
    return wait(request);
  }

  // Resolves to true once this tab holds the lock, which it keeps until it is closed.
  const hold = (tab, options) => new Promise((done) => {
    navigator.locks.request(`session-notes-${tab}`, options, (lock) => {
      done(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined;
    }).catch(() => done(false));
  });

  async function nameOfTab() {
    const known = sessionStorage.getItem('tab');
    // After a reload the old page lets go within moments; a copy of a tab that is open never gets it.
    if (known && await hold(known, { signal: AbortSignal.timeout(1000) })) return known;
    const fresh = crypto.randomUUID();
    sessionStorage.setItem('tab', fresh);
    await hold(fresh, {});
    return fresh;
  }

  // The device's half of the key, made with the first note of a session here.
  async function ownHalf(store, session) {
    const fresh = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const change = store.transaction('keys', 'readwrite');
    const known = await wait(change.objectStore('keys').get(session));
    if (!known) change.objectStore('keys').put({ session, key: fresh });
    await finished(change);
    return known ? known.key : fresh;
  }

  async function wholeKey(store, session, half) {
    const bytes = Uint8Array.from(half.match(/../g), (pair) => parseInt(pair, 16));
    const mixed = await crypto.subtle.sign('HMAC', await ownHalf(store, session), bytes);
    return crypto.subtle.importKey('raw', mixed, 'AES-GCM', false, ['encrypt', 'decrypt']);
  }

  async function open(session, half) {
    if (!window.isSecureContext || !window.indexedDB || !navigator.locks || !half) return null;
    const store = await openStore();
    const [tab, key] = await Promise.all([nameOfTab(), wholeKey(store, session, half)]);
    const range = IDBKeyRange.bound([session, ''], [session, '\uffff']);
    // What is to be written, by id: the latest state alone, so that a slow device is never letters behind.
    const pending = new Map();
    let writing = null;
    async function write() {
      while (pending.size) {
        const [id, note] = pending.entries().next().value;
        pending.delete(id);
        try {
          if (note) await seal(id, note); else await erase(id);
        } catch { /* a full disk must not stop the notes from being sent */ }
      }
      writing = null;
    }
    const later = (id, note) => {
      pending.set(id, note);
      writing = writing || write();
      return writing;
    };

    async function seal(id, note) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const words = new TextEncoder().encode(JSON.stringify(note));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, words);
      const change = store.transaction('notes', 'readwrite');
      change.objectStore('notes').put({ session, id, tab, iv, sealed });
      await finished(change);
    }

    async function erase(id) {
      const change = store.transaction('notes', 'readwrite');
      change.objectStore('notes').delete([session, id]);
      await finished(change);
    }

    const put = later;
    const drop = (id) => later(id, null);

    // Everything of this session, its half of the key as well: the session is finalised.
    const wipe = async () => {
      pending.clear();
      await writing;
      const change = store.transaction(['notes', 'keys'], 'readwrite');
      change.objectStore('notes').delete(range);
      change.objectStore('keys').delete(session);
      await finished(change);
    };

    // What this tab has to bring to the server, oldest first. Records of an earlier key open for nobody.
    async function all() {
      const records = await wait(store.transaction('notes').objectStore('notes').getAll(range));
      const held = new Map([[tab, true]]);
      const notes = [];
      for (const { id, iv, sealed, tab: owner } of records) {
        if (!held.has(owner)) held.set(owner, await hold(owner, { ifAvailable: true }));
        if (!held.get(owner)) continue;
        try {
          const words = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed);
          notes.push({ id, ...JSON.parse(new TextDecoder().decode(words)) });
        } catch {
          drop(id);
        }
      }
      return notes.sort((a, b) => a.order - b.order);
    }

    return { put, drop, all, wipe };
  }

  // A page that knows which sessions are still open: what is kept of any other goes.
  async function forgetAllBut(still) {
    if (!window.isSecureContext || !window.indexedDB) return;
    const store = await openStore();
    const change = store.transaction(['notes', 'keys'], 'readwrite');
    for (const name of ['notes', 'keys']) {
      for (const key of await wait(change.objectStore(name).getAllKeys())) {
        if (!still.includes(Array.isArray(key) ? key[0] : key)) change.objectStore(name).delete(key);
      }
    }
    await finished(change);
  }
  const known = document.querySelector('[data-open-sessions]');
  if (known) forgetAllBut(known.dataset.openSessions.split(' ')).catch(() => {});

  window.keptNotes = { open: (session, half) => open(session, half).catch(() => null) };
})();
