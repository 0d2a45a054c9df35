/** The operator's desk: what is pressed becomes a request, and its answer, in words of the server, is shown. */

const [door, desk, status, playlists, add, progress, notice, refresh, cancel] = [
  "door", "desk", "status", "playlists", "add", "progress", "notice", "refresh", "cancel",
].map((id) => document.getElementById(id));

/** The server answered, but not with what was asked for; the message is its own sentence. */
class Refused extends Error {
  constructor(text, status) {
    super(text);
    this.status = status;
  }
}

door.addEventListener("submit", (event) => act(event, async () => {
  await ask("POST", "session", { token: door.token.value });
  door.reset();
  await open();
}));

add.addEventListener("submit", (event) => act(event, async () => {
  const { text } = await json("POST", "playlists", { address: add.address.value, mood: add.mood.value });
  add.reset();
  await Promise.all([showPlaylists(), showStatus()]);
  tell(text);
}));

refresh.addEventListener("click", (event) => act(event, follow));
cancel.addEventListener("click", (event) => act(event, async () => tell((await json("POST", "cancel")).text)));
document.getElementById("reload").addEventListener("click", (event) => act(event, open));
document.getElementById("connect").addEventListener("click", (event) => act(event, async () => {
  location.assign((await json("POST", "spotify")).url);
}));
document.getElementById("leave").addEventListener("click", (event) => act(event, async () => {
  await ask("DELETE", "session");
  showDoor();
}));

// Whoever comes for the first time meets the door, and has done nothing that needs words.
act(null, () => open().catch((problem) => {
  if (problem.status !== 401) throw problem;
}));

/** Do what was pressed, and say why it did not work when it did not. */
async function act(event, deed) {
  event?.preventDefault();
  tell("");
  try {
    await deed();
  } catch (problem) {
    tell(problem instanceof Refused ? problem.message : notice.dataset.lost);
    if (!(problem instanceof Refused)) console.warn(problem);
  }
}

async function open() {
  await Promise.all([showPlaylists(), showStatus()]);
  [door.hidden, desk.hidden] = [true, false];
}

function showDoor() {
  [door.hidden, desk.hidden] = [false, true];
  playlists.replaceChildren();
  [status, progress].forEach((place) => show(place, { text: "", note: "" }));
  door.token.focus();
}

async function showStatus() {
  show(status, await json("GET", "status"));
}

async function showPlaylists() {
  const sources = await json("GET", "playlists");
  playlists.replaceChildren(...sources.map(row));
  if (!sources.length) playlists.append(Object.assign(document.createElement("li"), { textContent: playlists.dataset.none }));
  refresh.disabled = !sources.length || !cancel.disabled;
}

function row({ name, address, mood }) {
  const item = document.getElementById("playlist").content.cloneNode(true).firstElementChild;
  Object.entries({ name, address, mood }).forEach(([key, text]) => (part(item, key).textContent = text ?? ""));
  const remove = part(item, "remove");
  remove.setAttribute("aria-label", `${remove.textContent}: ${name ?? address}`);
  remove.addEventListener("click", (event) => act(event, async () => {
    const { text } = await json("POST", "playlists/remove", { address });
    await Promise.all([showPlaylists(), showStatus()]);
    tell(text);
  }));
  return item;
}

/** Start a refresh, or join the one that runs, and show how far it is until it ends. */
async function follow() {
  [refresh.disabled, cancel.disabled] = [true, false];
  try {
    const { body } = await ask("POST", "refresh");
    for await (const line of lines(body)) show(progress, JSON.parse(line));
  } finally {
    [refresh.disabled, cancel.disabled] = [false, true];
  }
  await Promise.all([showPlaylists(), showStatus()]);
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const whole = (rest + value).split("\n");
    rest = whole.pop();
    yield* whole;
  }
}

async function json(method, path, fields) {
  return (await ask(method, path, fields)).json();
}

async function ask(method, path, fields) {
  // Beside this file's folder, so that the page also works below a path prefix.
  const url = new URL(`../admin/${path}?lang=${document.documentElement.lang}`, import.meta.url);
  const body = fields && JSON.stringify(fields);
  const response = await fetch(url, { method, body, headers: { "Content-Type": "application/json" } });
  if (response.ok) return response;
  if (response.status === 401) showDoor();
  throw new Refused((await response.json()).text, response.status);
}

function show(place, { text, note }) {
  part(place, "text").textContent = text;
  part(place, "note").textContent = note ?? "";
}

function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

function tell(text) {
  notice.textContent = text;
}
