// Draws the transcript. Texts become DOM nodes, never markup.

const log = document.getElementById("log");
export const words = JSON.parse(document.body.dataset.words);

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Text with addresses of this server as links; any other address stays text: who knows who wrote it. */
function linked(text) {
  return text.split(/(https?:\/\/\S+)/).map((part, i) => {
    if (i % 2 === 0 || !part.startsWith(`${location.origin}/`)) return part;
    const link = make("a", "", part);
    link.href = part;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.append(make("span", "unseen", words.opens_page));
    return link;
  });
}

/** `**bold**` is the only markup there is. */
function said(text) {
  const paragraph = make("p", "said");
  text.split(/\*\*([^*\n]+)\*\*/).forEach((part, i) => {
    if (part) paragraph.append(...(i % 2 ? [make("strong", "", part)] : linked(part)));
  });
  return paragraph;
}

function blobOf(file) {
  const bytes = Uint8Array.from(atob(file.data), (c) => c.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: file.mime }));
}

function attachment(file) {
  const box = make("div", "attachment");
  if (!file.data) {
    box.append(make("p", "note", `${words.file}: ${file.name}. ${words.file_gone}`));
    return box;
  }
  const url = blobOf(file);
  if (file.kind === "photo") {
    const image = make("img");
    image.alt = file.name;
    image.src = url;
    box.append(image);
  }
  const link = make("a", "save", `${words.save}: ${file.name}`);
  link.href = url;
  link.download = file.name;
  box.append(link);
  return box;
}

function choice(button, entry, act) {
  const isLink = Boolean(button.url) && /^https?:\/\//i.test(button.url);
  const node = make(isLink ? "a" : "button", button.style);
  node.append(make("span", "n", String(button.n)), make("span", "", button.label));
  node.dataset.n = button.n;
  if (isLink) {
    node.href = button.url;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
    node.append(make("span", "unseen", words.opens_page));
  } else {
    node.type = "button";
    node.addEventListener("click", (event) => act.press(entry, button, event));
  }
  return node;
}

function received(entry, act) {
  const node = make("div", "message");
  node.append(make("span", "unseen", `${words.theirs}: `));
  if (entry.text) node.append(said(entry.text));
  if (entry.file) node.append(attachment(entry.file));
  if (entry.choices.length) {
    const list = make("div", "choices");
    list.append(...entry.choices.map((b) => choice(b, entry, act)));
    node.append(list);
  }
  return node;
}

function sent(entry, act) {
  const node = make("div", `message mine ${entry.state}`);
  node.setAttribute("aria-live", "off"); // the person knows what he wrote; the state line says whether it left
  const waits = entry.late ? words.unsent : words.sending;
  const mark = { wait: waits, sent: words.sent, refused: `${words.refused}. ${entry.why || ""}` }[entry.state];
  node.append(make("span", "unseen", `${words.mine}: `), make("p", "said", entry.shown));
  if (entry.note) node.append(make("p", "note", !entry.picture ? words.stays : entry.body.name ? words.read : words.looked));
  node.append(make("p", "mark", mark));
  if (entry.state === "refused" && entry.body.text) {
    const again = make("button", "again", words.again);
    again.type = "button";
    again.addEventListener("click", () => act.again(entry));
    node.append(again);
  }
  return node;
}

const drawn = new Map(); // key -> {node, version}

function release(node) {
  node.querySelectorAll("a.save").forEach((link) => URL.revokeObjectURL(link.href));
  node.remove();
}

function node(entry, act) {
  const version = JSON.stringify(entry);
  const before = drawn.get(entry.key);
  if (before && before.version === version) return before.node;
  const fresh = entry.key.startsWith("in/") ? received(entry, act) : sent(entry, act);
  fresh.tabIndex = -1;
  fresh.dataset.key = entry.key;
  if (before) {
    before.node.after(fresh);
    release(before.node);
  }
  drawn.set(entry.key, { node: fresh, version });
  return fresh;
}

/** Makes the screen say what the entries say. Returns the nodes that were not there before. */
export function draw(entries, act) {
  const visible = entries.filter((e) => e.shown !== null);
  const keys = new Set(visible.map((e) => e.key));
  for (const [key, { node: gone }] of drawn) {
    if (keys.has(key)) continue;
    release(gone);
    drawn.delete(key);
  }
  const added = [];
  visible.forEach((entry, i) => {
    const known = drawn.has(entry.key);
    const wanted = node(entry, act);
    if (log.children[i] === wanted) return;
    log.insertBefore(wanted, log.children[i] || null);
    if (!known || i === visible.length - 1) added.push(wanted);
  });
  const lists = log.querySelectorAll(".choices");
  lists.forEach((list, i) => list.classList.toggle("old", i < lists.length - 1));
  return added;
}

/** Shows the newest, without pushing the beginning of what is new out of sight. */
export function reveal(first) {
  const bottom = log.scrollHeight - log.clientHeight;
  const top = first.offsetTop - log.offsetTop - 8;
  log.scrollTop = Math.min(bottom, top);
}

export function toEnd() {
  log.scrollTop = log.scrollHeight;
}

// Whoever reads the end goes on reading the end when a keyboard or a banner takes room away.
let atEnd = true;
log.addEventListener("scroll", () => { atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 40; });
if (window.ResizeObserver) new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(log);

/** The button a typed digit means: of the newest choices, when one digit says it all. */
export function choiceFor(digit) {
  const lists = log.querySelectorAll(".choices");
  const buttons = lists.length ? [...lists[lists.length - 1].children] : [];
  if (buttons.some((b) => b.dataset.n.length > 1)) return null;
  return buttons.find((b) => b.dataset.n === digit) || null;
}

/** After everything was erased: one line and one button. */
export function ended(text, restart) {
  const box = make("div", "ended");
  const button = make("button", "", words.restart);
  button.type = "button";
  button.addEventListener("click", () => { box.remove(); restart(); });
  box.append(make("p", "", text), button);
  log.append(box);
  button.focus();
}
