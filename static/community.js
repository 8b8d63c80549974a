// Notes at the speed of talk. Without this script every form here still works by itself.
(() => {
  'use strict';
  const capture = document.getElementById('capture');
  const notes = document.getElementById('notes');
  const state = document.getElementById('state');
  const body = capture && capture.elements.body;
  const queue = []; // notes that the server has not confirmed, oldest first
  let sending = false;
  let pause = 0;
  let timer = 0;
  let leaving = false;
  let kept = null; // notes on this device (community-kept.js), null where nothing can be kept
  let order = 0; // of the notes on this device, not a time
  const unfinished = []; // notes that were being typed when their page was left

  const say = (text) => { if (state) state.textContent = text; };
  const words = capture ? capture.dataset : {};

  // --- a code that stands alone takes the others out, and they take it out
  document.addEventListener('change', (event) => {
    const box = event.target;
    if (box.name === 'theme' && box.checked && box.type === 'checkbox') {
      const alone = 'alone' in box.dataset;
      for (const other of box.form.querySelectorAll('input[name=theme]')) {
        if (other !== box && (alone || 'alone' in other.dataset)) other.checked = false;
      }
    }
    if (capture && box === capture.elements.language) showEnglish();
  });

  if (!notes) return;

  const send = (url, data) => fetch(url, {
    method: data ? 'POST' : 'GET',
    body: data,
    headers: { 'X-Fragment': '1' },
    credentials: 'same-origin',
    redirect: 'error',
  });

  const formData = (form, submitter) => {
    const data = new URLSearchParams(new FormData(form));
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    return data;
  };

  const swap = (old, html) => {
    const box = document.createElement('template');
    box.innerHTML = html;
    const count = box.content.querySelector('template[data-count]');
    if (count) document.getElementById('said').textContent = count.innerHTML;
    const fresh = box.content.firstElementChild;
    old.replaceWith(fresh);
    return fresh;
  };

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');

  // --- capture: Enter takes the note at once; the server hears of it in order, each note once
  function showEnglish() {
    const field = capture.querySelector('[data-english]');
    if (field) field.hidden = capture.elements.language.value === 'en';
  }

  const typed = () => ({
    body: body.value,
    language: capture.elements.language.value,
    english: capture.elements.english ? capture.elements.english.value : '',
  });

  function keep(taken) {
    if (!kept) return;
    const id = capture.elements.id.value;
    if (body.value.trim()) kept.put(id, { ...typed(), taken, order }); else kept.drop(id);
  }

  function take() {
    if (!body.value.trim()) { body.value = ''; return; }
    keep(true);
    wait(formData(capture), body.value);
    clear();
    body.focus();
    pump();
  }

  function clear() {
    capture.elements.id.value = newId();
    order += 1;
    body.value = '';
    if (capture.elements.english) capture.elements.english.value = '';
    for (const mark of capture.querySelectorAll('.alert, .error')) mark.remove();
    resume();
    for (const field of capture.querySelectorAll('textarea')) field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // A note that was being typed when its page was left comes back into the empty field.
  function resume() {
    if (body.value || !unfinished.length) return;
    const note = unfinished.shift();
    ({ order } = note);
    capture.elements.id.value = note.id;
    capture.elements.language.value = note.language;
    if (capture.elements.english) capture.elements.english.value = note.english;
    body.value = note.body;
    showEnglish();
  }

  async function bringBack() {
    kept = window.keptNotes ? await window.keptNotes.open(notes.dataset.session) : null;
    if (!kept) return;
    const left = await kept.all();
    order = Math.max(0, ...left.map((note) => note.order + 1));
    for (const { data } of queue) { // taken while the device was being asked
      const { id, body: said, language, english = '' } = Object.fromEntries(data);
      kept.put(id, { body: said, language, english, taken: true, order });
      order += 1;
    }
    keep(false);
    for (const note of left) {
      if (!note.taken) {
        unfinished.push(note);
        continue;
      }
      const { id, body: said, language, english } = note;
      const token = capture.elements.csrf_token.value;
      const data = new URLSearchParams({ id, body: said, language, english, csrf_token: token });
      wait(data, note.body);
    }
    resume();
    pump();
  }

  function wait(data, said) {
    const card = document.createElement('li');
    card.className = 'note-card waiting';
    const text = document.createElement('p');
    text.className = 'words';
    text.dir = 'auto';
    text.textContent = said.trim();
    const line = document.createElement('p');
    line.className = 'quiet';
    line.textContent = words.saving;
    card.append(text, line);
    notes.prepend(card);
    queue.push({ data, card, line });
  }

  async function pump() {
    if (sending || !queue.length) return;
    sending = true;
    const note = queue[0];
    try {
      const answer = await send(capture.action, note.data);
      if (answer.status >= 500 || answer.status === 429) throw new Error('busy');
      const html = await answer.text();
      pause = 0;
      if (answer.status === 201) {
        queue.shift();
        if (kept) kept.drop(note.data.get('id'));
        const shown = document.getElementById(`c-${note.data.get('id')}`);
        if (shown) shown.remove(); // it had arrived before the page was loaded again
        swap(note.card, html);
        say(words.saved);
      } else if (answer.status === 422) {
        queue.shift();
        swap(note.card, html);
        say(words.refused);
      } else {
        stop(note, answer.status === 409 ? words.closed : words.stopped);
        return;
      }
    } catch {
      pause = Math.min(pause ? pause * 2 : 1000, 15000);
      for (const one of queue) one.line.textContent = words.waiting;
      say(words.waiting);
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
    pump();
  }

  // The server will not take it from this page (signed out, old page, finalised): the note stays here.
  function stop(note, why) {
    note.line.textContent = why;
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
        const token = page.querySelector('#capture input[name=csrf_token]');
        if (token) {
          for (const one of queue) one.data.set('csrf_token', token.value);
          for (const input of document.querySelectorAll('input[name=csrf_token]')) input.value = token.value;
        }
      } catch { /* no network yet: the next try tells */ }
      again.remove();
      note.line.textContent = words.saving;
      sending = false;
      pump();
    });
    note.card.append(again);
  }

  if (capture) {
    document.getElementById('keys').hidden = false;
    capture.addEventListener('submit', (event) => {
      if (event.submitter && event.submitter.name) { // mask or keep on the page of a refusal
        leaving = true;
        return;
      }
      event.preventDefault();
      take();
    });
    capture.addEventListener('keydown', (event) => {
      if (event.isComposing || event.target.tagName !== 'TEXTAREA') return;
      if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        take();
      } else if (event.key === 'ArrowDown' && !event.target.value && event.target === body) {
        event.preventDefault();
        enter(notes.querySelector('.note-card'));
      }
    });
    showEnglish();
    capture.addEventListener('input', () => keep(false));
    bringBack();
    const alert = document.getElementById('errors');
    if (alert) alert.focus(); else if (!location.hash) body.focus();
    window.addEventListener('online', () => { if (timer) retry(); });
    window.addEventListener('beforeunload', (event) => {
      if (leaving) return;
      if (queue.length || (!kept && body.value.trim()) || notes.querySelector('.refused')) event.preventDefault();
    });
  }

  // --- themes: accept or change in place
  const controls = 'input:not([type=hidden]), button, a, select, textarea, summary';
  function enter(card) {
    const first = card && card.querySelector(controls);
    if (first) first.focus(); else if (body) body.focus();
  }

  notes.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!('fragment' in form.dataset)) return;
    event.preventDefault();
    const card = form.closest('.note-card');
    const data = formData(form, event.submitter);
    for (const button of form.querySelectorAll('button')) button.disabled = true;
    try {
      const answer = await send(form.action, data);
      const html = await answer.text();
      if (answer.ok) {
        const wasRefused = card.classList.contains('refused');
        const next = nextToDecide(card);
        swap(card, html);
        say(words.saved || '');
        if (wasRefused && kept) kept.drop(form.elements.id.value);
        if (wasRefused && body) body.focus(); else enter(next);
        return;
      }
      if (answer.status === 422) {
        enter(swap('codes' in form.dataset ? form : card, html));
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
    const link = event.target.closest('a[data-choose]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const card = link.closest('.note-card');
    try {
      const answer = await send(link.href);
      if (!answer.ok) throw new Error('refused');
      enter(swap(card.querySelector('form.themes, .decided'), await answer.text()));
      link.remove();
    } catch {
      location.href = link.href;
    }
  });

  notes.addEventListener('keydown', (event) => {
    const card = event.target.closest('.note-card');
    if (!card || event.isComposing) return;
    if (event.key === 'Escape' && body) {
      body.focus();
    } else if (!/^(TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.key === 'ArrowDown' && card.nextElementSibling) {
        event.preventDefault();
        enter(card.nextElementSibling);
      } else if (event.key === 'ArrowUp') {
        event.preventDefault();
        enter(card.previousElementSibling);
      }
    }
  });
})();
