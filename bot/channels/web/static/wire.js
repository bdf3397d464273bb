// The line to the server: sends what is unsent, in order, until it is stored; listens for what comes.

import * as store from "./store.js";
import { blob } from "./picture.js";

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PATIENCE = 15000; // ms for one request
const SILENCE = 50000; // ms without a sign of life before the stream is taken for dead; the server gives one every 20 s
const LONGEST = 30000; // ms between two attempts
const STUCK = 25000; // ms in which not one byte of a picture left
const ELSEWHERE = 60000; // ms in which another tab may still send the picture that only it holds

const backoff = (failures) => Math.min(LONGEST, 1000 * 2 ** failures) * (0.75 + Math.random() / 2);

async function post(path, body) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      signal: patience.signal,
    });
  } catch {
    return null; // no network, or no answer in time
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a picture or a spreadsheet and tells how far it is, in percent; answers as fetch does, null when there was no answer. */
function upload(path, picture, type, progressed) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    let timer = 0;
    const patient = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), STUCK);
    };
    request.upload.onprogress = (event) => {
      patient();
      if (event.lengthComputable) progressed(Math.floor((100 * event.loaded) / event.total));
    };
    request.onloadend = () => {
      clearTimeout(timer);
      const headers = { get: (name) => request.getResponseHeader(name) };
      const json = async () => JSON.parse(request.responseText);
      done(request.status ? { status: request.status, ok: request.status === 200, headers, json } : null);
    };
    request.open("POST", path);
    request.setRequestHeader("Content-Type", type);
    patient();
    request.send(picture);
  });
}

async function explained(response) {
  try {
    return (await response.json()).text || "";
  } catch {
    return "";
  }
}

/** A pause that can be cut short. */
function makePause() {
  let wake = () => {};
  return {
    wait: (ms) => new Promise((done) => {
      const timer = setTimeout(done, ms);
      wake = () => { clearTimeout(timer); done(); };
    }),
    cut: () => wake(),
  };
}

export class Sender {
  /** `changed()` is called when an entry or the state did; `gone` is said of a picture that is not there any more. */
  constructor(changed, gone) {
    this.changed = changed;
    this.gone = gone;
    this.percent = null; // of the picture being sent
    this.state = "idle"; // idle, sending, unsent, no_cookies
    this.word = ""; // what the server asked to be told
    this.failures = 0;
    this.strangers = 0; // times in a row that the server did not know us
    this.running = false;
    this.pause = makePause();
  }

  /** Sends what waits. Safe to call at any time. */
  kick() {
    if (this.running) {
      this.pause.cut();
      return;
    }
    this.running = true;
    this.drain().finally(() => {
      this.running = false;
      this.changed();
    });
  }

  async drain() {
    for (let entry = store.waiting()[0]; entry; entry = store.waiting()[0]) {
      if (this.state === "idle") this.become("sending");
      const delay = await this.attempt(entry);
      if (delay > 0) await this.pause.wait(delay);
    }
    this.become("idle");
  }

  become(state, word = "") {
    this.state = state;
    this.word = word;
    this.changed();
  }

  /** One attempt at one message; the milliseconds to wait before the next. */
  async attempt(entry) {
    const address = entry.picture ? store.picture(entry.key) : null;
    if (entry.picture && !address) {
      if (Date.now() - entry.n < ELSEWHERE) return 2000;
      return this.settle(entry, "refused", this.gone);
    }
    const response = entry.picture
      ? await this.send(entry, blob(address))
      : await post("/web/messages", { id: entry.id, n: entry.n, ...entry.body });
    const status = response ? response.status : 0;
    if (status === 200) return this.settle(entry, "sent");
    if ([400, 403, 413, 415].includes(status)) return this.settle(entry, "refused", await explained(response));
    if (status === 401) {
      const known = await post("/web/session", {});
      this.strangers += known && known.ok ? 1 : 0;
      if (this.strangers === 1) return 0;
    }
    const word = status === 429 ? await explained(response) : "";
    this.become(this.strangers > 1 ? "no_cookies" : "unsent", word);
    const asked = response ? Number(response.headers.get("Retry-After")) * 1000 : 0;
    const delay = Math.max(asked, backoff(this.failures));
    this.failures += 1;
    return delay;
  }

  async send(entry, picture) {
    const { name } = entry.body;
    const path = `/web/pictures?id=${entry.id}&n=${entry.n}${name ? `&name=${encodeURIComponent(name)}` : ""}`;
    const type = name ? SHEET : picture.type.startsWith("image/") ? picture.type : "image/unknown";
    const response = await upload(path, picture, type, (percent) => {
      const steps = percent - (percent % 20); // a screen reader reads each out
      if (this.percent === steps) return;
      this.percent = steps;
      this.changed();
    });
    this.percent = null;
    return response;
  }

  settle(entry, state, why = "") {
    this.failures = 0;
    this.strangers = 0;
    store.dropPicture(entry.key);
    // Another tab, or the person, may have taken it away meanwhile.
    if (store.get(entry.key)) store.put({ ...entry, state, why });
    this.become("sending");
    return 0;
  }
}

export class Listener {
  /** `received(id, message)` is called for every message, `changed()` when the state did. */
  constructor(received, changed) {
    this.received = received;
    this.changed = changed;
    this.connected = false;
    this.failures = 0;
    this.last = 0; // the newest message shown by this page
    this.acknowledged = 0;
    this.source = null;
    this.timers = {};
  }

  /** Listens anew. What we have not acknowledged comes again, and `received` knows it by its id. */
  open() {
    this.close();
    const source = new EventSource("/web/events");
    this.source = source;
    this.alive();
    source.onopen = () => {
      this.connected = true;
      this.failures = 0;
      this.alive();
      this.acknowledge();
      this.changed();
    };
    source.addEventListener("alive", () => this.alive());
    source.onmessage = (event) => {
      this.alive();
      this.received(Number(event.lastEventId), JSON.parse(event.data));
      this.last = Number(event.lastEventId);
      this.acknowledge();
    };
    source.onerror = () => this.lost();
  }

  close() {
    if (this.source) this.source.close();
    this.source = null;
    this.connected = false;
    clearTimeout(this.timers.dead);
    clearTimeout(this.timers.again);
  }

  alive() {
    clearTimeout(this.timers.dead);
    this.timers.dead = setTimeout(() => this.lost(), SILENCE);
  }

  lost() {
    this.close();
    this.changed();
    this.timers.again = setTimeout(async () => {
      await post("/web/session", {}); // the cookie may have gone
      this.open();
    }, backoff(this.failures));
    this.failures += 1;
  }

  /** Tells the server, a little later and for several at once, that what was shown may be erased. */
  acknowledge() {
    clearTimeout(this.timers.seen);
    this.timers.seen = setTimeout(async () => {
      const upTo = this.last;
      if (upTo === this.acknowledged) return;
      const response = await post("/web/seen", { up_to: upTo });
      if (response && response.ok) this.acknowledged = upTo;
    }, 1000);
  }
}

/** Ends the session on this device; whether the server took the cookie back. */
export async function leave() {
  const response = await post("/web/leave", {});
  return Boolean(response && response.ok);
}

export async function enter() {
  const response = await post("/web/session", {});
  return Boolean(response && response.ok);
}
