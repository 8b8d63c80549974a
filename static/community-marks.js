// Marks what may lead to a person while it is typed, with the rules of pii-rules.js. Only a hint: the server
// reads every note again with the same rules and refuses it until it is masked or justified.
(() => {
  'use strict';
  const PAUSE = 150; // ms after the last key: typing never waits for the rules
  const timers = new WeakMap();

  const markedLine = (text, warning) => {
    const line = document.createElement('p');
    const mark = document.createElement('mark');
    const words = document.createElement('bdi');
    words.textContent = text;
    mark.append(words);
    line.append(mark, ' ', warning);
    return line;
  };

  function show(field) {
    const place = field.parentElement.querySelector('[data-marks]');
    if (!place) return;
    const spoken = field.name === 'english' ? 'en' : field.form.elements.language.value;
    const text = field.value.normalize('NFC');
    const characters = Array.from(text);
    const lines = window.pii.find(text, spoken).map((one) =>
      markedLine(characters.slice(one.start, one.end).join(''), place.dataset[one.kind]));
    for (const code of window.pii.doors(text)) { // a story that should go elsewhere first
      const line = document.createElement('p');
      line.className = 'door';
      line.textContent = place.dataset[`door_${code}`] || code;
      lines.push(line);
    }
    const same = lines.length === place.children.length
      && lines.every((line, i) => line.isEqualNode(place.children[i]));
    if (!same) place.replaceChildren(...lines); // a screen reader hears each mark once
  }

  function soon(field) {
    clearTimeout(timers.get(field));
    if (field.value) timers.set(field, setTimeout(show, PAUSE, field)); else show(field);
  }

  document.addEventListener('input', (event) => {
    if (event.target.matches('textarea[name=body], textarea[name=english]')) soon(event.target);
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches('select[name=language]')) soon(event.target.form.elements.body);
  });
})();
