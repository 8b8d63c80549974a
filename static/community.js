// Notes at the speed of talk. Without this script every form here still works by itself.
(() => {
  'use strict';
  const capture = document.getElementById('capture');
  const notes = document.getElementById('notes');
  const state = document.getElementById('state');
  const body = capture && capture.elements.body;
  const words = capture ? capture.dataset : {};
  const say = (text) => { if (state) state.textContent = text; };

  // --- a code that stands alone takes the others out, and they take it out
  document.addEventListener('change', (event) => {
    const box = event.target;
    if (box.name === 'theme' && box.checked && box.type === 'checkbox') {
      const alone = 'alone' in box.dataset;
      for (const other of box.form.querySelectorAll('input[name=theme]')) {
        if (other !== box && (alone || 'alone' in other.dataset)) other.checked = false;
      }
    }
    if (box.name === 'language' && box.form) showEnglish(box.form);
  });

  if (!notes) return;

  const { half } = notes.dataset; // of the key for what this device keeps: in memory, not in the page
  delete notes.dataset.half;
  let kept = null; // what this device keeps (community-kept.js), null where nothing can be kept
  let order = 0; // of changes on this device, not a time
  const unfinished = []; // notes that were being typed when their page was left
  const done = []; // what Ctrl+Z takes back, the latest last
  const first = notes.dataset.first === 'yes'; // new notes of others appear on the first page
  const tokenField = () => document.querySelector('input[name=csrf_token]');
  const cardOf = (id) => document.getElementById(`c-${id}`);
  const idOf = (card) => card.id.slice(2);

  const box = window.notesOutbox(notes.dataset.address, () => tokenField().value, {
    news, done: arrived, refused, waiting, stopped, closed,
  });

  const element = (html) => {
    const template = document.createElement('template');
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  // --- what can wait until the next empty field has been painted, in order; a hidden page paints nothing
  const later = [];
  function settle() {
    while (later.length) later.shift()();
  }
  function afterPaint(work) {
    later.push(work);
    requestAnimationFrame(() => setTimeout(settle));
    setTimeout(settle, 250);
  }
  window.addEventListener('pagehide', settle);

  // --- fields of a form
  function showEnglish(form) {
    const field = form.querySelector('[data-english]');
    if (field) field.hidden = form.elements.language.value === 'en';
  }
  const spoken = (form) => ({
    body: form.elements.body.value,
    language: form.elements.language.value,
    english: form.elements.english ? form.elements.english.value : '',
    prompt: form.elements.prompt ? form.elements.prompt.value : '',
    group: form.elements.group ? form.elements.group.value : '',
  });
  function fill(form, fields) {
    form.elements.body.value = fields.body;
    form.elements.language.value = fields.language;
    if (form.elements.english) form.elements.english.value = fields.english;
    for (const name of ['prompt', 'group']) {
      for (const choice of form.querySelectorAll(`input[name=${name}]`)) choice.checked = choice.value === fields[name];
    }
    showEnglish(form);
    told(form);
  }
  // Others hear that the fields changed: the marks of what is personal, what this device keeps.
  function told(form) {
    for (const field of form.querySelectorAll('textarea')) {
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }

  // --- capture: Enter takes the note at once; the server hears of it in order, each note once. Until the
  // next empty field is on the screen nothing else is done: what was typed is on the device since its last letter.
  function keep() {
    if (!kept) return;
    const id = capture.elements.id.value;
    if (body.value.trim()) kept.put(id, { kind: 'add', fields: spoken(capture), order }); else kept.drop(id);
  }

  function take() {
    if (!body.value.trim()) { body.value = ''; return; }
    const id = capture.elements.id.value;
    const fields = spoken(capture);
    const change = { id, kind: 'add', note: id, path: '', base: null, fields, order };
    done.push({ undo: [['remove', id]] });
    clear();
    if (document.activeElement !== body) body.focus();
    afterPaint(() => {
      lay(change);
      box.push(change);
      told(capture);
      resume();
    });
  }

  // The card of a note that is on its way.
  function lay(change) {
    const card = document.createElement('li');
    card.className = 'note-card waiting';
    card.id = `c-${change.note}`;
    const text = document.createElement('p');
    text.className = 'words';
    text.dir = 'auto';
    text.textContent = change.fields.body.trim();
    const line = document.createElement('p');
    line.className = 'quiet line';
    line.textContent = words.saving;
    card.append(text, line);
    const old = cardOf(change.note);
    if (old) old.replaceWith(card); else notes.prepend(card);
  }

  function clear() {
    capture.elements.id.value = box.newId();
    order += 1;
    body.value = '';
    if (capture.elements.english) capture.elements.english.value = '';
    const nobody = capture.querySelector('input[name=group][value=""]');
    if (nobody) nobody.checked = true; // language and prompt stay for the next note; who speaks does not
    for (const mark of capture.querySelectorAll('.error')) mark.remove();
  }

  // A note that was being typed when its page was left comes back into the empty field.
  function resume() {
    if (body.value || !unfinished.length) return;
    const note = unfinished.shift();
    capture.elements.id.value = note.id;
    fill(capture, note.fields);
  }

  async function bringBack() {
    kept = window.keptNotes ? await window.keptNotes.open(notes.dataset.session, half) : null;
    if (!kept) return;
    const left = await kept.all();
    order = Math.max(order, ...left.map((note) => note.order + 1));
    for (const change of box.all) kept.put(change.id, { ...change, taken: true }); // while we were being asked
    box.keep(kept);
    keep();
    for (const note of left) {
      const there = note.kind === 'add' && cardOf(note.id);
      const shown = there && there.querySelector('[data-body]');
      if (shown && shown.textContent.startsWith(note.fields.body.trim())) {
        kept.drop(note.id); // it had arrived before the page was left
        continue;
      }
      if (note.taken) {
        if (note.kind === 'add') lay(note); else mark(note.note);
        box.push(note, true);
      } else if (note.kind === 'edit' && cardOf(note.note)) {
        openEditor(cardOf(note.note), note);
      } else {
        if (note.kind === 'edit') kept.drop(note.id);
        unfinished.push(note.kind === 'edit' ? { ...note, id: box.newId() } : note);
      }
    }
    resume();
  }

  // --- changes of a note that is written down
  function mark(id) {
    const card = cardOf(id);
    if (card) card.classList.add('waiting');
  }

  function change(kind, id, fields = {}, operation = box.newId(), base = null) {
    settle();
    const card = cardOf(id);
    const seen = base !== null ? base : Number(card && card.dataset.revision) || null;
    order += 1;
    mark(id);
    const made = { id: operation, kind, note: id, path: `/${id}${kind === 'edit' ? '' : `/${kind}`}`, base: seen, fields, order };
    box.push(made);
    return operation;
  }

  const inverse = {
    edit: (id) => [['undo', id]],
    rival: (id) => [['undo', id]],
    remove: (id) => [['restore', id]],
    restore: (id) => [['remove', id]],
    undo: (id) => [['undo', id]],
    merge: (id, fields) => [['restore', fields.other], ['undo', id]],
    split: (id, _fields, operation) => [['remove', box.piece(id, operation)], ['undo', id]],
  };

  function act(kind, card, fields = {}) {
    const id = idOf(card);
    const next = card.nextElementSibling || card.previousElementSibling;
    const operation = change(kind, id, fields);
    if (inverse[kind]) done.push({ undo: inverse[kind](id, fields, operation) });
    if (kind === 'remove') {
      card.hidden = true;
      say(words.removed);
      enter(next);
    }
  }

  function undo() {
    const last = done.pop();
    if (!last) { say(words.nothing); return; }
    for (const [kind, id] of last.undo) change(kind, id);
    say(words.undone);
  }

  function openEditor(card, note) {
    if (card.querySelector('form.inline')) return;
    const template = document.getElementById('edit-note');
    const form = template.content.firstElementChild.cloneNode(true);
    const id = idOf(card);
    for (const part of form.querySelectorAll('[id], [for], [aria-describedby]')) {
      for (const name of ['id', 'for', 'aria-describedby']) {
        if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name)}-${id}`);
      }
    }
    form.action = `${notes.dataset.address}/${id}`;
    const operation = note ? note.id : box.newId();
    const base = note ? note.base : Number(card.dataset.revision);
    card.append(form);
    card.classList.add('editing');
    fill(form, note ? note.fields : {
      body: card.querySelector('[data-body]').textContent,
      english: card.querySelector('[data-in-english]') ? card.querySelector('[data-in-english]').textContent : '',
      language: card.dataset.language,
      prompt: card.dataset.prompt,
      group: card.dataset.group,
    });
    const close = () => {
      if (kept) kept.drop(operation);
      form.remove();
      card.classList.remove('editing');
      if (card.fresh) put(card.fresh);
      enter(cardOf(id));
    };
    form.addEventListener('input', () => {
      if (kept) kept.put(operation, { kind: 'edit', note: id, base, fields: spoken(form), order });
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const fields = spoken(form);
      if (!fields.body.trim()) return;
      for (const [place, value] of [['[data-body]', fields.body], ['[data-in-english]', fields.english]]) {
        const shown = card.querySelector(place);
        if (shown) shown.textContent = value.trim();
      }
      form.remove();
      card.classList.remove('editing');
      change('edit', id, fields, operation, base);
      done.push({ undo: inverse.edit(id) });
      body.focus();
    });
    form.querySelector('[data-cancel]').addEventListener('click', close);
    form.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      const field = form.elements.body;
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        close();
      } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target === field) {
        event.preventDefault();
        const at = field.selectionStart;
        const pieces = [field.value.slice(0, at).trim(), field.value.slice(at).trim()];
        const whole = card.querySelector('[data-body]').textContent;
        if (!pieces[0] || !pieces[1] || field.value.trim() !== whole.trim()) { say(words.cannotsplit); return; }
        if (kept) kept.drop(operation);
        form.remove();
        card.classList.remove('editing');
        act('split', card, { first: pieces[0], second: pieces[1] });
        body.focus();
      } else if (event.key === 'Enter' && !event.shiftKey && event.target.tagName === 'TEXTAREA') {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.elements.body.focus();
    form.elements.body.setSelectionRange(form.elements.body.value.length, form.elements.body.value.length);
  }

  // --- what comes from the server
  function put(card) {
    const old = cardOf(card.id);
    if (old && old.querySelector('form.inline')) {
      old.fresh = card;
      old.querySelector('form.inline .changed').hidden = false;
      return;
    }
    if (box.waits(card.id)) return; // our own later change of it is on its way, and brings it again
    if (!card.html) {
      if (old) old.remove();
      return;
    }
    const fresh = element(card.html);
    if (old && !('revision' in old.dataset) && !first) { old.remove(); return; }
    if (old && old.dataset.position === fresh.dataset.position) {
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      old.replaceWith(fresh);
      if (focused) (same(fresh, focused) || fresh.querySelector(controls) || body).focus();
      return;
    }
    if (old) old.remove();
    if (!old && !first) return;
    const place = Number(fresh.dataset.position);
    const after = [...notes.children].find((one) => 'position' in one.dataset && Number(one.dataset.position) < place);
    notes.insertBefore(fresh, after || null);
  }

  const same = (card, control) => [...card.querySelectorAll(controls)].find((one) =>
    one.tagName === control.tagName && one.name === control.name && one.value === control.value
    && one.textContent === control.textContent);

  function news(found) {
    for (const card of found.cards) put(card);
    if (found.count) document.getElementById('said').textContent = found.count;
    if (found.error) say(found.error);
  }

  function arrived(change) {
    const card = cardOf(change.note);
    if (card && !box.waits(change.note)) card.classList.remove('waiting');
    if (!box.length) say(words.saved);
  }

  function refused(change, why) {
    if (change.kind === 'add' || change.kind === 'edit') { // back into a field, where it can be mended
      unfinished.push({ id: box.newId(), fields: change.fields });
      const card = cardOf(change.note);
      if (card && change.kind === 'add') card.remove();
      resume();
    } else {
      for (const card of [cardOf(change.note), cardOf(change.fields.other)]) {
        if (card) {
          card.hidden = false;
          card.classList.remove('waiting');
        }
      }
    }
    say(why);
  }

  function waiting(count) {
    for (const line of notes.querySelectorAll('.waiting .line')) line.textContent = words.waiting;
    say(`${words.waiting} (${count})`);
  }

  // The server will not take it from this page (signed out, old page, finalised): the note stays here.
  function stopped(change, isClosed) {
    const why = isClosed ? words.closed : words.stopped;
    const card = cardOf(change.note);
    if (card && card.querySelector('.line')) card.querySelector('.line').textContent = why;
    say(why);
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'second';
    again.textContent = words.again;
    again.addEventListener('click', async () => {
      again.disabled = true;
      try {
        const page = new DOMParser().parseFromString(
          await (await fetch(location.href, { credentials: 'same-origin' })).text(), 'text/html');
        const token = page.querySelector('input[name=csrf_token]');
        if (token) for (const input of document.querySelectorAll('input[name=csrf_token]')) input.value = token.value;
      } catch { /* no network yet: the next try tells */ }
      again.remove();
      say(words.saving);
      box.retry();
    });
    (card && !card.hidden ? card : state).append(again);
  }

  // Finalised: what this device kept of the session goes. What was not sent stays in the open page alone.
  // A note in mid-typing is not cut off: Enter tells what to do with it.
  function closed() {
    settle();
    if (kept) kept.wipe();
    say(words.closed);
    if (!box.length && capture && !body.value.trim()) {
      for (const field of capture.querySelectorAll('textarea, button')) field.disabled = true;
    }
  }

  // --- keyboard and pointer
  const controls = 'input:not([type=hidden]), button, a, select, textarea, summary';
  function enter(card) {
    const found = card && [...card.querySelectorAll(controls)].find((one) => one.checkVisibility());
    if (found) found.focus(); else if (body) body.focus();
  }
  const visible = (card, step) => {
    let one = card;
    do one = one && one[step]; while (one && one.hidden);
    return one;
  };

  function pick(name, number) {
    const choices = [...capture.querySelectorAll(`input[name=${name}]`)].filter((one) => one.value);
    const choice = choices[number - 1];
    if (!choice) return;
    if (choice.checked) capture.querySelector(`input[name=${name}][value=""]`).checked = true; else choice.checked = true;
    keep();
  }

  if (capture) {
    document.getElementById('keys').hidden = false;
    capture.addEventListener('submit', (event) => {
      event.preventDefault();
      take();
    });
    capture.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      const digit = /^Digit([1-9])$/.exec(event.code);
      if (event.altKey && digit && !event.ctrlKey) {
        event.preventDefault();
        pick(event.shiftKey ? 'group' : 'prompt', Number(digit[1]));
        return;
      }
      if (event.target.tagName !== 'TEXTAREA') return;
      const empty = event.target === body && !event.target.value;
      if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        take();
      } else if (event.key === 'ArrowDown' && empty) {
        event.preventDefault();
        enter(notes.querySelector('.note-card:not([hidden])'));
      } else if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && empty) {
        event.preventDefault();
        undo();
      }
    });
    showEnglish(capture);
    capture.addEventListener('input', keep);
    capture.addEventListener('change', keep);
    bringBack().finally(() => box.start(Number(notes.dataset.revision)));
    if (capture.querySelector('.error') || !location.hash) body.focus();
    window.addEventListener('beforeunload', (event) => {
      settle();
      if (box.length || (!kept && body.value.trim())) event.preventDefault();
    });
  }

  // --- forms and keys of a card
  notes.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.classList.contains('inline')) return;
    const card = form.closest('.note-card');
    if (capture && form.dataset.act) {
      event.preventDefault();
      const data = new FormData(form, event.submitter);
      const fields = Object.fromEntries([...data].filter(([name]) => !['csrf_token', 'base', 'op', 'show', 'page'].includes(name)));
      const named = event.submitter && event.submitter.getAttribute('formaction');
      act((named || form.action).split('/').pop(), card, fields);
      return;
    }
    if (!('fragment' in form.dataset)) return;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
    for (const button of form.querySelectorAll('button')) button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: 'POST', body: data, headers: { 'X-Fragment': '1' }, credentials: 'same-origin', redirect: 'error',
      });
      if (answer.ok) {
        const next = nextToDecide(card);
        card.replaceWith(element((await answer.json()).html));
        say(words.saved || '');
        enter(next);
        return;
      }
      if (answer.status === 422) {
        const fresh = element(await answer.text());
        form.replaceWith(fresh);
        enter(fresh);
        return;
      }
      throw new Error('refused');
    } catch {
      for (const button of form.querySelectorAll('button')) button.disabled = false;
      form.removeAttribute('data-fragment'); // the next press goes the plain way and shows what is wrong
      say(words.waiting || '');
    }
  });

  function nextToDecide(card) {
    for (let one = card.nextElementSibling; one; one = one.nextElementSibling) {
      if (one.querySelector('form.themes')) return one;
    }
    return null;
  }

  notes.addEventListener('click', async (event) => {
    const link = event.target.closest('a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const card = link.closest('.note-card');
    if (capture && 'edit' in link.dataset) {
      event.preventDefault();
      openEditor(card);
    } else if (capture && 'merge' in link.dataset) {
      event.preventDefault();
      merge(card);
    } else if ('choose' in link.dataset) {
      event.preventDefault();
      try {
        const answer = await fetch(link.href, { headers: { 'X-Fragment': '1' }, credentials: 'same-origin', redirect: 'error' });
        if (!answer.ok) throw new Error('refused');
        const fresh = element(await answer.text());
        card.querySelector('form.themes, .decided').replaceWith(fresh);
        enter(fresh);
        link.remove();
      } catch {
        location.href = link.href;
      }
    }
  });

  // With the note below it, which was said before: its words go first.
  function merge(card) {
    const older = visible(card, 'nextElementSibling');
    if (!older || !('revision' in older.dataset)) { say(words.nomerge); return; }
    card.hidden = true;
    act('merge', older, { other: idOf(card), other_base: card.dataset.revision });
    enter(older);
  }

  notes.addEventListener('keydown', (event) => {
    const card = event.target.closest('.note-card');
    if (!card || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && body) {
      body.focus();
      return;
    }
    if (/^(TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.type === 'radio') return;
    const keys = {
      ArrowDown: () => { const next = visible(card, 'nextElementSibling'); if (next) enter(next); },
      ArrowUp: () => enter(visible(card, 'previousElementSibling')),
    };
    if (capture && 'revision' in card.dataset) {
      Object.assign(keys, {
        e: () => openEditor(card),
        s: () => openEditor(card),
        m: () => merge(card),
        z: () => act('undo', card),
        x: () => act('remove', card),
        Delete: () => act('remove', card),
        k: () => { if (card.querySelector('[data-mask]')) act('mask', card); },
      });
    }
    const does = keys[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });
})();
