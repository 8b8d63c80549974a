// A kiosk belongs to nobody: it starts anew when a survey is over, or when nobody touches it for a while.
const IDLE = 60_000, WARNED = 30_000, AFTER_THE_END = 20_000;
const body = document.body, page = body.dataset.page;
const anew = document.getElementById("anew"), still = document.getElementById("still");
const start = () => location.replace(anew.action);
let timer;

// The form erases the draft on the server, and its answer is the first page without the key.
const erase = () => { body.hidden = true; anew.submit(); };
const ask = () => {
  still.showModal();
  timer = setTimeout(erase, WARNED);
};
const wait = () => {
  clearTimeout(timer);
  if (still.open) still.close();
  if (page === "end") timer = setTimeout(start, AFTER_THE_END);
  else if (page === "closed") timer = setTimeout(() => location.reload(), IDLE);
  else timer = setTimeout(ask, IDLE);
};
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
  addEventListener(kind, () => { if (!still.open) wait(); }, { passive: true });
}
document.getElementById("still-yes").addEventListener("click", wait);
still.addEventListener("close", wait);
// A page that the browser kept, with what was ticked on it, is asked for again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("contextmenu", (event) => event.preventDefault());
wait();
