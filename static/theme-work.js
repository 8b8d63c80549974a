// Themes by keyboard. Without this script every form here still works by itself.
(() => {
  'use strict';
  const form = document.querySelector('form[data-keyed]');
  if (!form) return;
  for (const hint of form.querySelectorAll('kbd')) hint.hidden = false;
  const boxes = [...form.querySelectorAll('input[name=theme]')];

  // a code that stands alone takes the others out, and they take it out
  const alone = (box) => {
    if (!box.checked) return;
    for (const other of boxes) {
      if (other !== box && ('alone' in box.dataset || 'alone' in other.dataset)) other.checked = false;
    }
  };
  form.addEventListener('change', (event) => {
    if (event.target.name === 'theme') alone(event.target);
  });

  let sent = false;
  form.addEventListener('submit', (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    const elsewhere = target.closest('a, button, summary, input:not([name=theme]), select, textarea');
    if (event.key === 'Enter' && !elsewhere) {
      event.preventDefault();
      form.requestSubmit(form.querySelector('[data-save]'));
      return;
    }
    const key = event.key.toLowerCase();
    if (key.length !== 1 || target.closest('input:not([name=theme]), select, textarea')) return;
    const found = form.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found) return;
    event.preventDefault();
    if (found.name === 'theme') {
      found.checked = !found.checked;
      alone(found);
      found.focus();
    } else {
      found.click();
    }
  });
})();
