"use strict";
// Pages of the survey: what is given is kept on the phone as it is given (survey.js has the store; the
// worker, once it is there, answers the addresses). Everything works without this file as well.
(() => {
  const worker = document.currentScript.dataset.worker
    || document.querySelector("script[data-worker]").dataset.worker;
  const base = worker.replace(/\/worker\.js$/, ""), place = base.split("/")[2];
  const form = document.forms.survey, at = location.pathname.slice(base.length + 1);
  const alone = !(navigator.serviceWorker && navigator.serviceWorker.controller);
  const show = (id, shown) => {
    const note = document.getElementById(id);
    if (note) note.hidden = !shown;
  };

  // -- a page of questions -----------------------------------------------------------------------
  const names = () => new Set([...form.elements].map((control) => control.name)
    .filter((name) => name && !["back", "leave", "clear", "language", "exit"].includes(name)));
  const questions = () => [...form.querySelectorAll("fieldset[id],.field[id]")].map((one) => one.id);
  const values = (name) => new FormData(form).getAll(name).filter((value) => value !== "");

  function fill(answers) {
    for (const control of form.elements) {
      if (!names().has(control.name)) continue;
      const given = answers[control.name] || [];
      if (/^(radio|checkbox)$/.test(control.type)) control.checked = given.includes(control.value);
      else control.value = given[0] || "";
    }
  }

  const save = (leaving) => store.change(place, (kept) => {
    if (!kept || kept.state !== "open") return kept;
    const answers = { ...kept.answers };
    for (const name of names()) {
      if (values(name).length) answers[name] = values(name); else delete answers[name];
    }
    const seen = leaving ? [...new Set([...kept.seen, ...questions()])] : kept.seen;
    return { ...kept, answers, seen, touched: Date.now(), saved: false };
  });

  // A draft that the server has and this phone has not: begun before the worker was here, or elsewhere.
  async function adopt() {
    const draft = await (await fetch(`${base}/device`)).json();
    if (draft.state !== "draft") return undefined;
    return store.change(place, (kept) => kept || { ...draft, state: "open", touched: Date.now(), saved: true });
  }

  // Ticking "I'd rather not say" empties the box beside it, and writing takes the tick away.
  function oneOrTheOther(event) {
    const set = event.target.closest("fieldset"), tick = set && set.querySelector("[name$='-missing']");
    if (!tick) return;
    if (event.target.name === tick.name) {
      if (event.target.checked) {
        set.querySelectorAll("input[type=text],select").forEach((box) => { box.value = ""; });
      }
    } else if (event.target.value) {
      set.querySelectorAll(`[name="${tick.name}"]`).forEach((one) => { one.checked = false; });
    }
  }

  // The list of neighborhoods grows shorter as a part of a name is written; without this file it is whole.
  function shorten() {
    const box = document.querySelector("fieldset[id] > div[id$='-filter'][hidden]");
    const list = box && box.parentElement.querySelector("select");
    if (!list) return;
    const all = [...list.options], part = box.querySelector("input"), told = box.querySelector("[role=status]");
    const plain = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, " ").replace(/\bst\b/g, "saint").trim();
    box.hidden = false;
    part.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = plain(part.value), chosen = list.value;
      const fitting = all.filter((one, number) => number && plain(one.text).includes(wanted));
      const shown = fitting.length ? fitting : all.slice(1);
      const kept = all.filter((one) => one.value === chosen && chosen && !shown.includes(one));
      list.replaceChildren(all[0], ...kept, ...shown);
      list.value = chosen;
      told.textContent = wanted ? `${told.dataset.found} ${fitting.length}` : "";
    });
  }

  async function onPage() {
    const kept = (await store.read(place)) || (await adopt());
    if (!kept) return;
    if (kept.state !== "open") {
      if (kept.state === "finished") location.replace(`${base}/waiting`);
      return;
    }
    fill(kept.answers);
    show("kept", true);
    let later;
    form.addEventListener("input", (event) => {
      oneOrTheOther(event);
      clearTimeout(later);
      later = setTimeout(save, event.target.type === "radio" ? 0 : 300);
    });
    form.addEventListener("change", () => save());
    form.addEventListener("submit", (event) => {
      const clearing = event.submitter && event.submitter.name === "clear";
      if (alone && !clearing) save(true);
    });
  }

  function signal() {
    show("offline", !navigator.onLine);
  }

  // Without the worker nothing answers while there is no signal: stay on the page, and say so.
  function holdWithoutSignal(event) {
    if (!alone || navigator.onLine || !form || event.target !== form) return;
    event.preventDefault();
    location.hash = "no-signal";
  }

  // -- a finished survey that waits -----------------------------------------------------------------
  async function sendFromHere(kept) {
    const answer = await fetch(`${base}/whole`, { method: "POST", body: store.told(kept) });
    return answer.json();
  }

  // It has left the phone, and this page does not know how: the server does, by the id alone.
  async function askWhetherSent() {
    const id = sessionStorage.getItem(place) || "";
    sessionStorage.removeItem(place);
    const body = new URLSearchParams({ ".id": id, ".ask": "1" });
    const answer = await (await fetch(`${base}/whole`, { method: "POST", body })).json();
    location.replace(`${base}/${answer.state === "sent" ? answer.page : "continue"}`);
  }

  async function onWaiting() {
    let mine = await store.read(place);
    if (mine && mine.id) sessionStorage.setItem(place, mine.id);
    else if (!mine) return askWhetherSent();
    async function attempt() {
      const kept = await store.read(place);
      if (kept && kept.state === "closed") return tooLate();
      if (kept && kept.state === "finished") mine = kept;
      if (!mine || !mine.id) return undefined;
      show("trying", true);
      if (kept && !alone) return navigator.serviceWorker.controller.postMessage("send");
      // It left the phone without a word to this page, or there is no worker: ask the server itself.
      const answer = await sendFromHere(mine).catch(() => ({}));
      if (answer.state === "sent") return location.replace(`${base}/${answer.page}`);
      if (answer.state === "erased") return location.replace(`${base}/erased`);
      if (answer.state === "closed") return tooLate();
      return undefined;
    }
    async function tooLate() {
      show("not-yet", false);
      show("closed", true);
      mine = undefined;
      await store.change(place, () => undefined);
    }
    if (!alone) {
      navigator.serviceWorker.addEventListener("message", ({ data }) => {
        if (mine && data.sent === mine.id) location.replace(`${base}/${data.page}`);
      });
    }
    const again = () => attempt().catch(() => {});
    addEventListener("online", again);
    document.addEventListener("visibilitychange", again);
    setInterval(again, 5000);
    again();
  }

  // -- sent: nothing of it stays on this phone --------------------------------------------------------
  async function onThanks() {
    sessionStorage.removeItem(place);
    const kept = await store.read(place);
    if (kept && kept.state === "open") return;
    if (kept && kept.state === "finished" && (await sendFromHere(kept)).state !== "sent") return;
    await store.leaveNothing(place);
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      if (new URL(one.scope).pathname.split("/")[2] === place) await one.unregister();
    }
  }

  const page = document.body.dataset.page;
  if (form) shorten();
  addEventListener("submit", holdWithoutSignal);
  addEventListener("submit", (event) => {
    if (alone && /\/(erase|forget)$/.test(event.target.getAttribute("action"))) store.change(place, () => undefined);
    if (alone && at === "review" && event.submitter && !event.submitter.name) {
      store.change(place, (kept) => kept && { ...kept, state: "finished", finished: Date.now() });
    }
  });
  addEventListener("online", signal);
  addEventListener("offline", signal);
  signal();
  if (location.hash === "#no-signal") document.getElementById("no-signal")?.focus();
  const start = page === "thank-you" ? onThanks : page === "waiting" ? onWaiting
    : form && form.querySelector("[name=clear],[name=back]") && at !== "review" ? onPage : undefined;
  if (start) start().catch(() => {});
})();
