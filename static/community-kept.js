// What is typed is on the device at once, sealed, until the server has confirmed it; then it is gone here.
//
// One record a note, under the id that makes the server count it once. It is sealed with a key that no script
// can read out and that goes with the note; somebody who holds the unlocked device can still open the page.
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
    const request = indexedDB.open('session-notes', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('notes', { keyPath: ['session', 'id'] });
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

  async function open(session) {
    if (!window.isSecureContext || !window.indexedDB || !navigator.locks) return null;
    const store = await openStore();
    const tab = await nameOfTab();
    let last = Promise.resolve();
    const inTurn = (work) => {
      last = last.then(work).catch(() => {}); // a full disk must not stop the notes from being sent
      return last;
    };

    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);

    const put = (id, note) => inTurn(async () => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const words = new TextEncoder().encode(JSON.stringify(note));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, words);
      const change = store.transaction('notes', 'readwrite');
      change.objectStore('notes').put({ session, id, tab, key, iv, sealed });
      await finished(change);
    });

    const drop = (id) => inTurn(async () => {
      const change = store.transaction('notes', 'readwrite');
      change.objectStore('notes').delete([session, id]);
      await finished(change);
    });

    // Notes this tab has to bring to the server, oldest first.
    async function all() {
      const range = IDBKeyRange.bound([session, ''], [session, '\uffff']);
      const records = await wait(store.transaction('notes').objectStore('notes').getAll(range));
      const held = new Map([[tab, true]]);
      const notes = [];
      for (const { id, iv, sealed, key: seal, tab: owner } of records) {
        if (!held.has(owner)) held.set(owner, await hold(owner, { ifAvailable: true }));
        if (!held.get(owner)) continue;
        const words = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, seal, sealed);
        notes.push({ id, ...JSON.parse(new TextDecoder().decode(words)) });
      }
      return notes.sort((a, b) => a.order - b.order);
    }

    return { put, drop, all };
  }

  window.keptNotes = { open: (session) => open(session).catch(() => null) };
})();
