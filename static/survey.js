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
