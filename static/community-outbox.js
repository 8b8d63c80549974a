// Changes on their way to the server: in order, each once, and what others changed on the way back.
//
// A change: { id, kind, note, path, base, fields, order }. `id` makes the server count it once; `base` is the
// revision of the note that was seen. After the first of two changes of one note has arrived, the second builds on
// the revision that the first made (`made`), never on what somebody else made since: that is a conflict, and shown.
window.notesOutbox = (address, token, on) => {
  'use strict';
  const POLL = 3000; // ms
  const queue = [];
  let kept = null;
  let since = 0;
  let sending = false;
  let stopped = false;
  let pause = 0;
  let timer = 0;

  const xor = (one, other) => one.replace(/./g, (digit, place) =>
    (parseInt(digit, 16) ^ parseInt(other[place], 16)).toString(16));
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');

  const ask = (path, body) => fetch(address + path, {
    method: body ? 'POST' : 'GET',
    body,
    headers: { 'X-Fragment': '1' },
    credentials: 'same-origin',
    redirect: 'error',
    signal: AbortSignal.timeout(20000),
  });
  const isJson = (answer) => (answer.headers.get('Content-Type') || '').startsWith('application/json');

  function push(change, stored) {
    queue.push(change);
    if (kept && !stored) kept.put(change.id, { ...change, taken: true });
    pump();
  }

  function learn(news) {
    if (!news.open) {
      on.closed();
      return;
    }
    if (news.revision > since) since = news.revision;
    on.news(news);
  }

  // Later changes of the same note were typed on top of this one.
  function build(change, news) {
    const card = news.cards.find((one) => one.id === change.note);
    if (!news.made || (card && card.disputed)) return;
    const piece = change.kind === 'split' ? xor(change.note, change.id) : null;
    for (const later of queue) {
      if (later.note === change.note) later.base = news.made;
      if (later.note === piece) later.base = news.made + 1;
      if (later.note === change.note || later.note === piece) {
        if (kept) kept.put(later.id, { ...later, taken: true });
      }
    }
  }

  async function pump() {
    if (sending || stopped || !queue.length) return;
    sending = true;
    const change = queue[0];
    const data = new URLSearchParams(change.fields);
    data.set(change.kind === 'add' ? 'id' : 'op', change.id);
    if (change.base !== null && change.base !== undefined) data.set('base', change.base);
    data.set('since', since);
    data.set('csrf_token', token());
    try {
      const answer = await ask(change.path, data);
      if (answer.status >= 500 || answer.status === 429) throw new Error('busy');
      if (!isJson(answer)) {
        sending = false;
        stopped = true;
        on.stopped(change, answer.status === 409);
        return;
      }
      const news = await answer.json();
      pause = 0;
      queue.shift();
      if (answer.ok) build(change, news);
      if (kept) kept.drop(change.id);
      if (answer.ok) on.done(change, news); else on.refused(change, news.error);
      if (news.cards) learn(news);
    } catch {
      pause = Math.min(pause ? pause * 2 : 1000, 15000);
      on.waiting(queue.length);
      timer = setTimeout(retry, pause);
      return;
    }
    sending = false;
    pump();
  }

  function retry() {
    clearTimeout(timer);
    timer = 0;
    sending = false;
    stopped = false;
    pump();
  }

  async function look() {
    if (sending || queue.length || stopped || document.hidden || !navigator.onLine) return;
    try {
      const answer = await ask(`/changes?since=${since}`);
      if (answer.ok && isJson(answer)) learn(await answer.json());
    } catch { /* no network: the next look tells */ }
  }

  function start(revision) {
    since = revision;
    setInterval(look, POLL);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', () => { if (timer) retry(); else look(); });
  }

  return {
    newId,
    piece: xor,
    push,
    retry,
    start,
    look,
    keep: (store) => { kept = store; },
    waits: (note) => queue.some((change) => change.note === note || change.fields.other === note),
    get length() { return queue.length; },
    get all() { return [...queue]; },
  };
};
