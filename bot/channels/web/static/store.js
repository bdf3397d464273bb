// What this browser remembers: the transcript, what is still to be sent, and a few settings. Nothing of it is on a server.
// One key an entry, so that several tabs can write without treading on each other.

const PREFIX = "tro-ly/";
const MOST = 400;

/** What does not fit, or is not allowed, in the browser's storage lives here until the tab is closed. */
const fallback = new Map();

let area = null;
try {
  localStorage.setItem(PREFIX + "try", "1");
  localStorage.removeItem(PREFIX + "try");
  area = localStorage;
} catch {
  area = null;
}

function read(key) {
  if (fallback.has(key)) return fallback.get(key);
  return area ? area.getItem(PREFIX + key) : null;
}

function write(key, value) {
  if (area) {
    try {
      area.setItem(PREFIX + key, value);
      fallback.delete(key);
      return true;
    } catch {
      // Full: the caller makes room or leaves it in memory.
    }
  }
  fallback.set(key, value);
  return !area;
}

function drop(key) {
  fallback.delete(key);
  if (area) area.removeItem(PREFIX + key);
}

function keys() {
  const found = new Set(fallback.keys());
  for (let i = 0; area && i < area.length; i += 1) {
    const key = area.key(i);
    if (key.startsWith(PREFIX)) found.add(key.slice(PREFIX.length));
  }
  return [...found];
}

function parsed(key) {
  try {
    return JSON.parse(read(key));
  } catch {
    return null;
  }
}

/** A setting: "size", "last", "ma". */
export function setting(name) {
  return read(`set/${name}`);
}

export function keep(name, value) {
  write(`set/${name}`, String(value));
}

/** Every message of the transcript, oldest first. */
export function entries() {
  const found = keys().filter((k) => k.startsWith("in/") || k.startsWith("out/")).map(parsed).filter(Boolean);
  return found.sort((a, b) => a.pos - b.pos);
}

export function get(key) {
  return parsed(key);
}

/** Messages not yet stored by the server, in the order they were written. */
export function waiting() {
  return entries().filter((e) => e.state === "wait").sort((a, b) => a.n - b.n);
}

/** A number that grows with every call, across reloads and tabs. */
export function next() {
  const value = Math.max(Number(setting("last")) + 1, Date.now());
  keep("last", value);
  return value;
}

export function put(entry) {
  const text = JSON.stringify(entry);
  if (write(entry.key, text)) return;
  for (const room of makingRoom(entry.key)) {
    room();
    if (write(entry.key, text)) return;
  }
}

/** What can go when the storage is full, least missed first: old files, then old messages; never what is unsent. */
function makingRoom(except) {
  const old = entries().filter((e) => e.key !== except && e.state !== "wait");
  const files = old.filter((e) => e.file && e.file.data);
  return [
    ...files.map((e) => () => write(e.key, JSON.stringify({ ...e, file: { ...e.file, data: null } }))),
    ...old.map((e) => () => drop(e.key)),
  ];
}

export function remove(key) {
  drop(key);
  drop(`pic/${key}`);
}

/** A picture until it is sent, as the text of a data: address; in memory alone when it does not fit. */
export function keepPicture(key, address) {
  write(`pic/${key}`, address);
}

export function picture(key) {
  return read(`pic/${key}`);
}

export function dropPicture(key) {
  drop(`pic/${key}`);
}

/** Keeps the transcript from growing without end. */
export function trim() {
  const old = entries().filter((e) => e.state !== "wait");
  for (const entry of old.slice(0, Math.max(0, old.length - MOST))) drop(entry.key);
}

/** Forgets the transcript and what is unsent; the size of the letters stays. */
export function clear() {
  for (const key of keys()) if (!key.startsWith("set/")) drop(key);
  drop("set/ma");
}

/** Calls back when another tab has changed something. */
export function onChange(callback) {
  window.addEventListener("storage", (change) => {
    if (change.key === null || change.key.startsWith(PREFIX)) callback();
  });
}
