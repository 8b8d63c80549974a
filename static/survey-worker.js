// Answers the survey's addresses from the phone: pages out of the pack, the way through them by the same
// rules as the server's (survey_app/survey/flow.py), answers kept at once and brought to the server
// behind the resident's back, a finished survey sent as soon as there is a signal.
// SURVEY (first line, from the server): version of the pack, base address, address of the store's script.
"use strict";
importScripts(SURVEY.store);

const BASE = SURVEY.base;
const PLACE = BASE.split("/")[2];
const CACHE = `survey ${BASE} ${SURVEY.version}`;
const PACK = `${BASE}/pack?v=${SURVEY.version}`;
const DAY = 86400000;
const STATIC_PAGES = ["thank-you", "code-used", "not-eligible", "erased", "kept"];

// -- the pack -------------------------------------------------------------------------------------

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PACK);
  if (!answer.ok) throw new Error("no pack");
  const files = (await answer.clone().json()).files;
  await cache.put(PACK, answer);
  await cache.addAll(files);
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(`survey ${BASE} `) && name !== CACHE) await caches.delete(name);
  }
  await clients.claim();
})()));

let held;
async function pack() {
  if (!held) {
    const found = await caches.match(PACK);
    if (!found) throw new Error("the pack is gone");
    held = await found.json();
  }
  return held;
}

// -- what is kept ---------------------------------------------------------------------------------

// The survey on this phone, if it is not too old: a copy the server has as well goes after a day.
function live(kept) {
  if (!kept || kept.state !== "open") return kept;
  const age = Date.now() - kept.touched;
  return age > (kept.saved ? DAY : 7 * DAY) ? undefined : kept;
}

async function current() {
  const kept = await store.read(PLACE);
  if (kept && !live(kept)) return store.change(PLACE, live);
  return kept;
}

const open = async () => {
  const kept = await current();
  return kept && kept.state === "open" && kept.wave === (await pack()).wave ? kept : undefined;
};

const given = (kept, name) => (kept.answers[name] || [])[0];

// -- the way through the pages (flow.py) --------------------------------------------------------------

function holds(pack, kept, question) {
  const condition = pack.only_if[question];
  if (!condition) return true;
  return (kept.answers[condition[0]] || []).some((code) => condition[1].includes(Number(code)));
}

function districts(pack, kept) {
  const place = pack.places[given(kept, "area")];
  return Array.isArray(place) ? place : [];
}

function way(pack, kept) {
  const found = [];
  for (const step of pack.steps) {
    if (step.id === "area_district" && !districts(pack, kept).length) continue;
    const questions = step.questions.filter((question) => holds(pack, kept, question));
    if (questions.length) found.push({ id: step.id, questions });
  }
  return found;
}

const wasSeen = (kept, step) => step.questions.every((question) => kept.seen.includes(question));
const furthest = (steps, kept) => {
  const step = steps.find((one) => !wasSeen(kept, one));
  return step ? step.id : "review";
};

// -- pages ------------------------------------------------------------------------------------------

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

async function page(html, status = 200) {
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(html, { status, headers: { ...headers, ...(await pack()).headers } });
}

const go = (step, fragment = "") => Response.redirect(`${BASE}${step && "/"}${step}${fragment}`, 303);

function question(pack, kept, id, wrong) {
  let html = wrong.includes(id) ? pack.wrong[id].field : pack.fields[id];
  if (id === "area_district") {
    const codes = districts(pack, kept).map(String);
    html = html.replace(/<label class="choice"><input [^>]*value="(\d+)"[^]*?<\/label>\n?/g,
      (label, code) => (codes.includes(code) ? label : ""));
  }
  return html;
}

// A form with these questions in it, and the errors told above all.
function compose(pack, kept, html, questions, wrong) {
  const fields = questions.map((id) => question(pack, kept, id, wrong)).join("");
  html = html.replace(/<form id="survey"[^>]*>/, (form) => form + fields);
  if (wrong.length) {
    const lines = wrong.map((id) => pack.wrong[id].line).join("");
    html = html.replace("<title>", `<title>${pack.error} `);
    html = html.replace(/<main [^>]*>/, (main) => main + pack.summary[0] + lines + pack.summary[1]);
  }
  return html;
}

function numbered(html, number, total) {
  return html.replaceAll("888888", number).replaceAll("999999", total);
}

async function stepPage(kept, id, wrong = []) {
  const all = await pack(), steps = way(all, kept);
  const at = steps.findIndex((step) => step.id === id);
  if (at < 0 || !steps.slice(0, at).every((step) => wasSeen(kept, step))) return go(furthest(steps, kept));
  const html = compose(all, kept, all.pages[id], steps[at].questions, wrong);
  return page(numbered(html, at + 1, steps.length + 1), wrong.length ? 422 : 200);
}

// The words of one answer, as the fields show them.
function say(pack, kept, id) {
  const html = pack.fields[id], kind = pack.checks[id].kind;
  const option = (name, value) => {
    const found = new RegExp(`<input [^>]*name="${name}"[^>]*value="${literal(value)}"[^>]*><span>([^]*?)</span>`).exec(html);
    return found ? found[1] : escape(value);
  };
  const missing = kept.answers[`${id}-missing`];
  if (missing) return [option(`${id}-missing`, missing[0])];
  if (kind === "single" || kind === "multiple") {
    return (kept.answers[id] || []).map((value) => option(id, value));
  }
  const typed = given(kept, id) || given(kept, `${id}-zip`);
  return typed && typed.trim() ? [escape(typed.trim())] : [];
}

function stored(pack, kept) {
  const place = pack.places[given(kept, "area")];
  const choice = Number(given(kept, "area_district"));
  const code = Array.isArray(place) ? (place.includes(choice) ? choice : 0) : place;
  return pack.districts[code] || "";
}

// The id goes along: a second tab is told the truth also when the first one left nothing here.
const hiddenId = (kept) => `<input type="hidden" name="id" value="${escape(kept.id || "")}">`;

async function reviewPage(kept) {
  const all = await pack(), steps = way(all, kept);
  if (furthest(steps, kept) !== "review") return go(furthest(steps, kept));
  const line = (step, id) => {
    const answers = say(all, kept, id), note = id === "area" ? stored(all, kept) : "";
    const html = (/<legend>(?:<label[^>]*>)?([^]*?)(?:<\/label>)?<\/legend>|<label for="[^"]*">([^]*?)<\/label>/)
      .exec(all.fields[id]);
    let shown = answers.length ? all.review.line : all.review.skipped;
    shown = shown.replace(/<span>\ue001<\/span>/, () => answers.map((one) => `<span>${one}</span>`).join(""));
    shown = note ? shown.replaceAll("\ue002", () => escape(note))
      : shown.replace(/<span>[^<]*\ue002[^<]*<\/span>/, "");
    if (all.checks[id].kind === "text") shown = shown.replace("<dd>", '<dd class="written">');
    return shown.replaceAll("\ue000", () => html[1] || html[2]).replace("-page-", step.id).replace("-anchor-", id);
  };
  const sections = steps.map((step) => `<h2>${escape(all.titles[step.id])}</h2>\n<dl class="summary">`
    + step.questions.map((id) => line(step, id)).join("") + "</dl>").join("\n");
  const total = steps.length + 1;
  return page(numbered(all.pages.review, total, total)
    .replace(/<form id="survey"[^>]*>/, (form) => sections + form + hiddenId(kept)));
}

// -- what can be wrong with what was typed (fields/) ---------------------------------------------------

function mistakes(pack, kept, questions) {
  return questions.filter((id) => {
    const check = pack.checks[id], values = kept.answers[id] || [], typed = (values[0] || "").trim();
    const missing = kept.answers[`${id}-missing`];
    if (check.kind === "count" && typed) {
      return missing || !/^\d{1,4}$/.test(typed) || typed < check.low || typed > check.high;
    }
    if (check.kind === "area") {
      const zip = (given(kept, `${id}-zip`) || "").trim();
      return (missing && (typed || zip)) || (!typed && zip && !pack.zips.includes(zip));
    }
    return check.alone && values.length > 1 && values.some((code) => check.alone.includes(Number(code)));
  });
}

// -- to the server ----------------------------------------------------------------------------------

async function tell(path, body, seconds) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), seconds * 1000);
  const answer = await fetch(`${BASE}/${path}`, {
    method: "POST", body, credentials: "same-origin", signal: patience.signal,
  });
  const type = answer.headers.get("Content-Type") || "";
  return type.includes("json") ? answer.json() : { state: answer.ok ? "unknown" : "busy" };
}

const isSame = (kept, other) => kept && kept.id === other.id;

// Bring an unfinished survey to the server. Whatever fails is tried again with the next page.
let keeping;
async function keep(seconds = 20) {
  if (keeping) await keeping.catch(() => {});
  keeping = (async () => {
    const kept = await open();
    if (!kept || kept.saved) return true;
    const { state } = await tell("keep", store.told(kept), seconds);
    if (state === "sent" || state === "erased") {
      await store.change(PLACE, (now) => (isSame(now, kept) && now.state === "open" ? undefined : now));
    }
    if (state !== "kept") return false;
    await store.change(PLACE, (now) => (isSame(now, kept) && now.touched === kept.touched
      ? { ...now, saved: true } : now));
    return true;
  })();
  return keeping.catch(() => false);
}

// Send a finished survey. Only what the server says makes it sent: then it leaves this phone.
let sending, last;
const justSent = () => last && Date.now() - last.at < 60000;
function send() {
  sending ??= deliver().finally(() => { sending = undefined; });
  return sending;
}

async function deliver() {
  const kept = await current();
  if (kept && kept.state === "erase") {
    await tell("erase", new URLSearchParams({ id: kept.id }), 20);
    await store.change(PLACE, (now) => (isSame(now, kept) ? undefined : now));
    return "erased";
  }
  if (!kept || kept.state !== "finished") return "nothing";
  if (Date.now() - kept.finished > (await pack()).days * DAY) {
    await store.change(PLACE, (now) => (isSame(now, kept) ? { state: "closed" } : now));
    return "closed";
  }
  let answer;
  try {
    answer = await tell("whole", store.told(kept), 30);
  } catch {
    answer = { state: "no signal" };
  }
  const after = {
    sent: () => undefined,
    erased: () => undefined,
    closed: () => ({ state: "closed" }),
    wrong: (now) => ({
      ...now, state: "open", saved: false, seen: now.seen.filter((id) => !answer.questions.includes(id)),
    }),
  }[answer.state];
  if (after) await store.change(PLACE, (now) => (isSame(now, kept) ? after(now) : now));
  else if (registration.sync) await registration.sync.register("survey").catch(() => {});
  if (answer.state === "sent") {
    last = { page: answer.page, at: Date.now() };
    let pages = await clients.matchAll();
    // Between two pages there is none for a moment: the next one is to be told.
    if (!pages.length) {
      await waitFor(new Promise(() => {}), 3);
      pages = await clients.matchAll();
    }
    pages.forEach((one) => one.postMessage({ sent: kept.id, page: answer.page }));
    if (!pages.length) await leaveNothing();
    return answer.page;
  }
  return answer.state;
}

// Sent while no page of the survey is open: nothing of it stays on this phone.
async function leaveNothing() {
  await store.leaveNothing(PLACE);
  await registration.unregister();
}

addEventListener("sync", (event) => event.waitUntil((async () => {
  if ((await send()) === "no signal") throw new Error("not sent yet");
})()));
addEventListener("message", (event) => {
  if (event.data !== "send") return;
  event.waitUntil(send().then((outcome) => event.source.postMessage({ outcome })));
});

// -- requests ---------------------------------------------------------------------------------------

const waitFor = (promise, seconds) => Promise.race([
  promise, new Promise((done) => { setTimeout(done, seconds * 1000); }),
]);

addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
    return;
  }
  if (request.mode !== "navigate") return;
  if (address.pathname !== BASE && !address.pathname.startsWith(`${BASE}/`)) return;
  const at = address.pathname.slice(BASE.length + 1);
  // A form of another site goes to the server, which refuses it: only our own pages name themselves here.
  if (request.method === "POST" && !request.referrer.startsWith(`${location.origin}/`)) return;
  const spare = request.clone();
  event.respondWith((request.method === "POST" ? post(event, at) : get(event, at)).catch(() => fetch(spare)));
});

async function get(event, at) {
  const { request } = event, kept = await current(), all = await pack();
  if (kept && kept.state !== "open") event.waitUntil(send().catch(() => {}));
  const finished = kept && (kept.state === "finished" || kept.state === "closed");
  if (at === "") {
    const answer = await waitFor(fetch(request).catch(() => undefined), 6);
    return answer || page(compose(all, kept, all.pages[""], all.eligibility, []));
  }
  if (finished && at === "waiting") {
    return page(all.pages.waiting.replace(/<form [^>]*>/, (form) => form + hiddenId(kept)));
  }
  if (finished && (at === "continue" || at === "review" || all.pages[at] && !STATIC_PAGES.includes(at))) {
    return go("waiting");
  }
  if (!kept && justSent() && ["waiting", "review", "continue"].includes(at)) return go(last.page);
  if (STATIC_PAGES.includes(at)) return page(all.pages[at]);
  if (kept && kept.state === "open" && kept.wave === all.wave) {
    if (at === "continue") return go(furthest(way(all, kept), kept));
    if (at === "review") return reviewPage(kept);
    if (all.pages[at]) return stepPage(kept, at);
  }
  return fetch(request);
}

async function post(event, at) {
  const { request } = event, original = request.clone(), form = await request.formData();
  const all = await pack(), kept = await open();
  if (at === "") return begin(event, original, form, all, kept);
  if (at === "erase") return erase(original);
  if (at === "review" && !kept && !form.has("exit")) {
    if (await current()) return finish(event);
    // The second of two taps: the first one was confirmed a moment ago.
    if (justSent()) return go(last.page);
  }
  // The survey leaves this phone: only the code, or the one whose code was typed, is here from now on.
  if (kept && (at === "forget" || at === "return")) {
    if (!(await keep())) return go(at === "forget" ? "kept" : at, "#no-signal");
    await store.change(PLACE, () => undefined);
    return fetch(original);
  }
  if (at === "code" && kept && !(await keep())) return go("kept", "#no-signal");
  if (!kept || form.has("exit")) return fetch(original);
  if (at === "review") return fromReview(event, form, all, kept);
  return all.pages[at] && all.steps.some((step) => step.id === at)
    ? fromPage(event, form, all, kept, at) : fetch(original);
}

async function begin(event, original, form, all, kept) {
  if (form.has("language")) return fetch(original).catch(() => go("", "#no-signal"));
  // A code from a letter is looked up first: that needs the server.
  if ((form.get("code") || "").trim()) return fetch(original).catch(() => go("", "#no-signal"));
  const blank = all.eligibility.filter((id) => !form.get(id));
  if (blank.length) return page(compose(all, kept, all.pages[""], all.eligibility, blank), 422);
  if (all.eligibility.some((id) => form.get(id) !== "1")) return go("not-eligible");
  const now = Date.now();
  const mine = await store.change(PLACE, (before) => (live(before) && before.state !== "closed" ? before : {
    id: form.get("id") || store.newId(), wave: all.wave, state: "open", begun: Math.floor(now / 1000),
    touched: now, saved: false, code: "", trapped: Boolean(form.get("website")), answers: {}, seen: [],
  }));
  if (mine.state !== "open") return go("waiting");
  event.waitUntil(keep());
  return go(furthest(way(all, mine), mine));
}

async function fromPage(event, form, all, kept, at) {
  const before = way(all, kept), number = before.findIndex((step) => step.id === at);
  if (number < 0 || !before.slice(0, number).every((step) => wasSeen(kept, step))) {
    return go(furthest(before, kept));
  }
  const { questions } = before[number], complete = furthest(before, kept) === "review";
  let wrong = [];
  const after = await store.change(PLACE, (now) => {
    if (!isSame(now, kept) || now.state !== "open") return now;
    const answers = { ...now.answers }, moved = given(now, "area");
    for (const id of questions) {
      for (const name of [id, `${id}-missing`, `${id}-zip`]) {
        const values = form.has("clear") ? [] : form.getAll(name).filter((value) => value !== "");
        if (values.length) answers[name] = values; else delete answers[name];
      }
    }
    const next = { ...now, answers, touched: Date.now(), saved: false };
    wrong = mistakes(all, next, questions);
    if (!wrong.length) next.seen = [...new Set([...now.seen, ...questions])];
    if (given(next, "area") !== moved) {
      delete answers.area_district;
      next.seen = next.seen.filter((id) => id !== "area_district");
    }
    return next;
  });
  if (!after || after.state !== "open") return go("continue");
  if (wrong.length) return stepPage(after, at, wrong);
  return next(event, form, all, after, at, complete);
}

async function next(event, form, all, kept, at, complete) {
  const saved = keep();
  event.waitUntil(saved);
  if (form.has("language")) return speak(form.get("language"), at, saved);
  if (form.has("clear")) return go(at);
  if (form.has("leave")) {
    await waitFor(saved, 8);
    return go("kept");
  }
  const steps = way(all, kept), number = steps.findIndex((step) => step.id === at);
  if (form.has("back")) return go(number > 0 ? steps[number - 1].id : "");
  const past = steps.slice(number + 1).every((step) => wasSeen(kept, step));
  return go(complete || past ? furthest(steps, kept) : steps[number + 1].id);
}

// Another language: the server shows it, from what it has been brought; without signal, not now.
async function speak(language, at, saved) {
  const there = BASE.replace(/^\/[^/]+/, `/${language}`);
  const ready = await caches.has((await caches.keys()).find((name) => name.startsWith(`survey ${there} `)) || "");
  if (!ready && !(await waitFor(saved, 20))) return go(at, "#no-signal");
  return Response.redirect(`${there}/${at}`, 303);
}

async function fromReview(event, form, all, kept) {
  const steps = way(all, kept);
  if (form.has("language")) return speak(form.get("language"), "review", keep());
  if (form.has("leave")) {
    await waitFor(keep(), 8);
    return go("kept");
  }
  if (form.has("back")) return go(steps[steps.length - 1].id);
  if (furthest(steps, kept) !== "review") return go(furthest(steps, kept));
  await store.change(PLACE, (now) => (isSame(now, kept) && now.state === "open"
    ? { ...now, state: "finished", finished: Date.now() } : now));
  return finish(event);
}

// Wait a little for the server's word; without it the survey waits on this phone, and the page says so.
async function finish(event) {
  const sent = send();
  if (event) event.waitUntil(sent.catch(() => {}));
  const outcome = await waitFor(sent, 8);
  return go({ "thank-you": "thank-you", "code-used": "code-used", wrong: "continue", erased: "erased" }[outcome]
    || "waiting");
}

async function erase(original) {
  const kept = await current();
  await store.change(PLACE, (now) => (now && now.id ? { state: "erase", id: now.id } : undefined));
  const told = await waitFor(fetch(original).catch(() => undefined), 8);
  if (told && kept) await send().catch(() => {});
  return told || go("erased");
}
