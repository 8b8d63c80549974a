// Leave at once: clear the screen, erase the draft, and put another page in this one's place.
addEventListener("click", (event) => {
  const exit = event.target.closest("[data-exit]");
  if (!exit) return;
  event.preventDefault();
  const address = exit.form && exit.form.action;
  document.title = "…";
  document.body.remove();
  if (address) {
    fetch(address, { method: "POST", body: new URLSearchParams("exit=1"), keepalive: true });
  }
  location.replace(exit.dataset.exit);
});
// A letter's QR image puts its code behind the #, which no server sees; it leaves the address at once.
const code = /^#c=([\w-]{9,30})$/.exec(location.hash);
if (code) {
  history.replaceState(null, "", location.pathname);
  const field = document.getElementById("code");
  if (field) {
    field.value = code[1];
    field.closest("details").open = true;
  }
}
