// Puts the page together: what the person does, what arrives, and what the state line honestly says.

import * as store from "./store.js";
import { Listener, Sender, enter, leave } from "./wire.js";
import { prepared } from "./picture.js";
import { choiceFor, draw, ended, reveal, toEnd, words } from "./view.js";

const by = (id) => document.getElementById(id);
const log = by("log");
const text = by("text");
const touch = matchMedia("(pointer: coarse)").matches;

const TREMBLE = 600; // ms

let everSent = false;
let lastTap = 0;
let preparing = 0; // pictures being made smaller

// --- the screen ---------------------------------------------------------------------------------------------

function stateWord() {
  if (preparing) return [words.preparing, false];
  if (sender.percent !== null) return [`${words.uploading} ${sender.percent}%`, false];
  if (sender.state === "no_cookies") return [words.no_cookies, true];
  if (sender.state === "unsent") return [sender.word || words.unsent, true];
  if (sender.state === "sending") return [words.sending, false];
  if (!listener.connected) return [listener.failures ? words.reconnecting : words.connecting, listener.failures > 0];
  return [everSent ? words.sent : words.connected, false];
}

function showState() {
  const [word, bad] = stateWord();
  if (by("state").textContent !== word) by("state").textContent = word;
  by("state").classList.toggle("bad", bad);
  by("offline").hidden = navigator.onLine;
}

/** An edited message stands below the press that changed it: the press has said its word. */
function tidy() {
  for (const entry of store.entries()) {
    if (entry.state !== "sent" || !entry.body.origin) continue;
    const changed = store.get(`in/${entry.body.origin}`);
    if (changed && changed.edit && changed.pos > entry.pos) store.remove(entry.key);
  }
}

function refresh() {
  tidy();
  const within = log.contains(document.activeElement);
  const late = sender.state === "unsent" || sender.state === "no_cookies";
  const added = draw(store.entries().map((e) => (e.state === "wait" ? { ...e, late } : e)), { press, again });
  const incoming = added.find((n) => !n.classList.contains("mine"));
  if (added.length) reveal(incoming && firstUnread() || added[0]);
  // The keyboard goes on where the new choices are.
  if (incoming && within) incoming.focus({ preventScroll: true });
  showState();
}

/** The first message after the person's own last word. */
function firstUnread() {
  let node = log.lastElementChild;
  let first = null;
  for (; node && !node.classList.contains("mine"); node = node.previousElementSibling) first = node;
  return first;
}

// --- what the person does -----------------------------------------------------------------------------------

function identity() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function say(body, shown, note = false, address = null) {
  const n = store.next();
  const key = `out/${n}`;
  const picture = address !== null;
  if (picture) store.keepPicture(key, address);
  store.put({ key, n, pos: n, id: identity(), body, shown, note, picture, state: "wait" });
  store.trim();
  everSent = everSent || shown !== null;
  refresh();
  sender.kick();
}

/** A shaky hand taps twice, and the answer to the first tap may have put another button under the finger. */
function trembling(event) {
  if (event.detail === 0) return false; // a key, which is never meant for another button
  const now = Date.now();
  const soon = now - lastTap < TREMBLE;
  if (!soon) lastTap = now;
  return soon;
}

function press(entry, button, event) {
  if (trembling(event)) return;
  log.focus({ preventScroll: true });
  say({ press: button.value, origin: entry.id }, `${button.n}. ${button.label}`);
}

function again(entry) {
  store.remove(entry.key);
  text.value = entry.body.text;
  fit();
  refresh();
  text.focus();
}

function submit() {
  const written = text.value.trim();
  if (!written) return;
  text.value = "";
  fit();
  if (touch) text.blur(); // the keyboard of a small phone would hide the answer
  say({ text: written }, written);
}

function fit() {
  text.style.height = "";
  if (text.value) text.style.height = `${text.scrollHeight + 4}px`; // with its two borders
}

function begin() {
  say({ text: "/start" }, null);
}

async function forget(how) {
  if (how === "leave") {
    if (!await leave()) {
      by("state").textContent = words.cannot_leave;
      return;
    }
    listener.close();
  }
  store.clear();
  everSent = false;
  refresh();
  ended(how === "leave" ? words.left : words.cleared, async () => {
    if (how === "leave") await enter();
    listener.open();
    begin();
  });
}

// --- what arrives -------------------------------------------------------------------------------------------

/** Short and not secret: tells two messages apart. */
function hash(what) {
  let h = 0;
  for (let i = 0; i < what.length; i += 1) h = (Math.imul(h, 31) + what.charCodeAt(i)) | 0;
  return h;
}

function receive(id, message) {
  const key = `in/${message.id}`;
  const old = store.get(key);
  const what = JSON.stringify(message);
  // What has not been acknowledged comes again with every connection.
  if (old && (old.seen > id || (old.seen === id && old.what === hash(what)))) return;
  store.put({ ...message, key, seen: id, what: hash(what), pos: store.next() });
  store.trim();
  refresh();
}

const sender = new Sender(() => refresh(), words.picture_gone);
const listener = new Listener(receive, showState);

// --- wires --------------------------------------------------------------------------------------------------

by("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
text.addEventListener("input", fit);
text.addEventListener("keydown", (event) => {
  // Not while a Vietnamese keyboard is still composing a letter.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
log.addEventListener("keydown", (event) => {
  if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const button = choiceFor(event.key);
  if (button) {
    button.click();
  } else {
    text.value += event.key;
    text.focus();
  }
});
for (const button of by("quick").children) {
  button.addEventListener("click", (event) => {
    if (!trembling(event)) say({ text: button.textContent }, button.textContent);
  });
}

by("attach").addEventListener("click", () => by("picked").click());
by("picked").addEventListener("change", () => {
  const file = by("picked").files[0];
  by("picked").value = "";
  if (!file) return;
  const kind = file.type.startsWith("image/") ? "photo" : "file";
  const name = file.name.slice(0, 200) || kind;
  if (kind === "photo") sendPicture(file, `${words.photo}: ${name}`);
  else if (/\.(xlsx|xlsm|xls|ods)$/i.test(name)) sendPicture(file, `${words.file}: ${name}`, { name });
  else say({ file: name }, `${words.file}: ${name}`, true);
});

/** Sends a picture, or with a name a spreadsheet. */
async function sendPicture(file, shown, body = {}) {
  preparing += 1;
  showState();
  const address = await prepared(file).catch(() => null);
  preparing -= 1;
  showState();
  if (address) say(body, shown, true, address);
}

function resize(step) {
  const size = Math.min(5, Math.max(1, Number(store.setting("size") || 2) + step));
  store.keep("size", size);
  document.documentElement.dataset.size = size;
  fit();
}
by("smaller").addEventListener("click", () => resize(-1));
by("larger").addEventListener("click", () => resize(1));

by("erase").addEventListener("click", () => by("sure").showModal());
by("sure").addEventListener("close", () => {
  const how = by("sure").returnValue;
  by("sure").returnValue = "";
  if (how === "messages" || how === "leave") forget(how);
});

function awake() {
  refresh();
  listener.open();
  sender.kick();
}
window.addEventListener("online", awake);
window.addEventListener("offline", showState);
window.addEventListener("pageshow", (event) => { if (event.persisted) awake(); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") awake();
  else listener.close(); // spares the battery; what came meanwhile is fetched at the next look
});
store.onChange(refresh);

// --- the beginning ------------------------------------------------------------------------------------------

resize(0);
everSent = store.waiting().some((e) => e.shown !== null);
const ma = new URLSearchParams(location.search).get("ma") || "";
if (location.search) history.replaceState(null, "", location.pathname);
log.setAttribute("aria-busy", "true"); // old messages are not read out
refresh();
toEnd();
log.removeAttribute("aria-busy");
if (/^[A-Za-z0-9_-]{1,64}$/.test(ma) && store.setting("ma") !== ma) {
  store.keep("ma", ma);
  say({ text: `/start ${ma}` }, null);
} else if (!store.entries().length) {
  begin();
}
listener.open();
sender.kick();
