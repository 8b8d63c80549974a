"use strict";
// What an unfinished survey leaves on this phone: read and changed in one step, by page and worker alike.
const store = {
  async run(mode, work) {
    const opened = indexedDB.open("survey", 1);
    const database = await new Promise((done, failed) => {
      opened.onupgradeneeded = () => opened.result.createObjectStore("kept");
      opened.onsuccess = () => done(opened.result);
      opened.onerror = failed;
    });
    try {
      return await new Promise((done, failed) => {
        const step = database.transaction("kept", mode, { durability: "strict" });
        let value;
        work(step.objectStore("kept"), (found) => { value = found; });
        step.oncomplete = () => done(value);
        step.onerror = step.onabort = failed;
      });
    } finally {
      database.close();
    }
  },
  read: (key) => store.run("readonly", (kept, give) => {
    kept.get(key).onsuccess = (event) => give(event.target.result);
  }),
  // edit(before) gives what is kept after; undefined erases.
  change: (key, edit) => store.run("readwrite", (kept, give) => {
    kept.get(key).onsuccess = (event) => {
      const after = edit(event.target.result);
      if (after === undefined) kept.delete(key); else kept.put(after, key);
      give(after);
    };
  }),
  // Nothing of this survey stays: its record and packs; the database too, unless another survey is in it.
  async leaveNothing(place) {
    await store.change(place, () => undefined);
    const others = await store.run("readonly", (kept, give) => {
      kept.count().onsuccess = (event) => give(event.target.result);
    });
    if (!others) indexedDB.deleteDatabase("survey");
    for (const name of await caches.keys()) {
      if (name.startsWith("survey ") && name.split("/")[2].split(" ")[0] === place) await caches.delete(name);
    }
  },
  // As the server reads it (survey_app/survey/device.py).
  told: (kept) => {
    const body = new URLSearchParams();
    const add = (name, values) => values.forEach((value) => body.append(name, value));
    Object.entries(kept.answers).forEach(([name, values]) => add(name, values));
    add(".seen", kept.seen);
    for (const name of ["id", "wave", "begun", "code"]) body.set("." + name, kept[name]);
    if (kept.trapped) body.set(".trap", "1");
    return body;
  },
  newId: () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, ""),
};
if (self.document) {
  const worker = document.currentScript.dataset.worker;
  const base = worker && worker.replace(/\/worker\.js$/, "");
  // The key of what is kept: the survey's path without the language.
  const place = base && base.split("/")[2];
  // Leave at once: clear the screen, erase the survey here and there, put another page in this one's place.
  addEventListener("click", async (event) => {
    const exit = event.target.closest("[data-exit]");
    if (!exit) return;
    event.preventDefault();
    document.title = "…";
    document.body.remove();
    const sent = new URLSearchParams("exit=1");
    const address = exit.form ? exit.form.action : base && base + "/review";
    const tell = () => address && fetch(address, { method: "POST", body: sent, keepalive: true });
    const leave = () => location.replace(exit.dataset.exit);
    setTimeout(leave, 400);
    if (place) {
      try {
        await store.change(place, (kept) => {
          if (kept && kept.id) sent.set("id", kept.id);
          return sent.has("id") && !navigator.onLine ? { state: "erase", id: kept.id } : undefined;
        });
      } catch { /* nothing can be kept here */ }
    }
    if (exit.form || sent.has("id")) tell();
    leave();
  });
  // A letter's QR image puts its code behind the #, which no server sees; it leaves the address at once.
  const code = /^#c=([\w-]{9,30})$/.exec(location.hash);
  const field = document.getElementById("code");
  if (code) {
    history.replaceState(null, "", location.pathname);
    if (field && field.closest("details")) {
      field.value = code[1];
      field.closest("details").open = true;
    }
  }
  if (worker && document.body.dataset.page !== "thank-you") {
    const form = document.forms.survey;
    // The id of a new survey is made here: pressing twice begins one survey.
    if (form && form.getAttribute("action") === base) {
      const id = document.createElement("input");
      Object.assign(id, { type: "hidden", name: "id", value: store.newId() });
      form.append(id);
      store.read(place).then((kept) => {
        const note = document.getElementById("unsent");
        if (kept && kept.state === "finished" && note) note.hidden = false;
      }).catch(() => {});
    }
    // After everything that the page itself needs.
    addEventListener("load", () => setTimeout(() => {
      if (navigator.serviceWorker) navigator.serviceWorker.register(worker, { scope: base }).catch(() => {});
    }, 1500));
  }
}
