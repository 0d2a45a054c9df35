/** The conversation: what the listener does becomes a question to the server, and its reply a turn in the log. */

import { setUpMenu } from "./menu.js";
import { failureTurn, listenerTurn, replyTurn, showVote, thinkingTurn } from "./render.js";
import { connect } from "./socket.js";

const ANSWERS_WITHIN_MS = 20_000;
const NOTICE_LASTS_MS = 4_000;
const LONGEST_SENT = 10_000; // characters: ten times what is read, and little enough for one message to the server

const [log, notice, form, field] = ["log", "notice", "composer", "field"].map((id) => document.getElementById(id));
const language = document.documentElement.lang;
const typesOnKeys = matchMedia("(hover: hover) and (pointer: fine)").matches;

let isOnline = false;
let isWaiting = false;
let isSentEarly = false; // while the greeting or an answer was still on its way; it goes out as soon as it can
let noticeTimer;

// Beside this file, so that the page also works below a path prefix.
const url = new URL("../socket.io/?EIO=4&transport=websocket", import.meta.url);
url.protocol = url.protocol.replace("http", "ws");
const socket = connect({ url, onopen: arrive, onclose: leave });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim().slice(0, LONGEST_SENT);
  isSentEarly = text !== "" && !isReady();
  if (text && isReady()) {
    field.value = "";
    say(text, "utter", { text });
  }
});

field.addEventListener("input", () => {
  isSentEarly = false;
});

field.addEventListener("keydown", (event) => {
  // Enter also ends a Hangul syllable that is being composed; Safari tells so only by the key code 229.
  const isComposing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && !event.shiftKey && !isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// A press with the mouse leaves the focus in the field; one with the keyboard has it where it is.
log.addEventListener("mousedown", (event) => {
  if (event.target.closest("button")) event.preventDefault();
});

// A picture is as high as it is only when it is there, which is after the answer was scrolled to.
log.addEventListener("load", ({ target }) => target.dataset.part === "picture" && showLatest(), { capture: true });

setUpMenu(document.getElementById("menu"), document.getElementById("menu-button"), press);

function arrive() {
  isOnline = true;
  markButtons();
  if (notice.textContent) announce(notice.dataset.online);
  if (isSentEarly && log.querySelector(".reply")) form.requestSubmit();
  if (log.querySelector(".reply")) return;
  log.replaceChildren();
  answer("hello", {});
}

function leave() {
  isOnline = false;
  markButtons();
  announce(notice.dataset.offline, { stays: true });
}

function press(action, { turn, card } = {}) {
  if (!isReady()) return;
  const { kind, label, track_id, mood, emotion, value } = action;
  if (kind === "like" || kind === "dislike") vote({ kind, track_id });
  else if (kind === "example") say(label, "utter", { text: label });
  else if (kind === "set" && turn.dataset.kind === "settings") change({ kind, value }, turn);
  else say(card ? `${label} · ${card.title}` : label, "press", { kind, track_id, mood, emotion, value });
}

function say(words, event, payload) {
  notice.replaceChildren(); // what it told is older than what comes now, and would lie over it
  log.append(listenerTurn(words));
  if (typesOnKeys) field.focus({ preventScroll: true });
  else field.blur(); // the keyboard on a screen would cover the answer
  answer(event, payload);
}

async function answer(event, payload) {
  const thinking = thinkingTurn();
  log.append(thinking);
  showLatest();
  try {
    show(await ask(event, payload));
  } catch (problem) {
    console.warn(problem);
    log.append(failureTurn(({ currentTarget }) => retry(currentTarget, event, payload)));
  }
  thinking.remove();
  markButtons();
  showLatest();
  if (isSentEarly) form.requestSubmit();
}

function retry(button, event, payload) {
  if (!isReady()) return;
  button.closest(".turn").remove();
  answer(event, payload);
}

async function vote(payload) {
  try {
    const reply = await ask("press", payload);
    if (reply.kind !== "vote") return show(reply);
    showVote(log, reply.track_id, reply.vote);
    announce(reply.text);
  } catch (problem) {
    console.warn(problem);
    if (isOnline) announce(notice.dataset.failed);
  }
}

/** Change a setting where it stands; the button that was pressed keeps the focus and tells how it stands now. */
async function change(payload, turn) {
  const place = [...turn.querySelectorAll("button")].indexOf(document.activeElement);
  try {
    const reply = await ask("press", payload);
    if (reply.kind !== "settings") return show(reply);
    const changed = replyTurn(reply, press);
    changed.ariaLive = "off";
    turn.replaceWith(changed);
    changed.querySelectorAll("button")[place]?.focus({ preventScroll: true });
  } catch (problem) {
    console.warn(problem);
    if (isOnline) announce(notice.dataset.failed);
  }
}

/** One question at a time; meanwhile the field can be typed in, and buttons wait. */
async function ask(event, payload) {
  isWaiting = true;
  markButtons();
  try {
    return await socket.ask(event, { ...payload, language }, { timeout: ANSWERS_WITHIN_MS });
  } finally {
    isWaiting = false;
    markButtons();
  }
}

function show(reply) {
  const turn = replyTurn(reply, press);
  for (const chips of log.querySelectorAll(".chips")) chips.remove(); // they belong to the answer before
  log.append(turn);
  Object.assign(document.documentElement.dataset, { kind: reply.kind, mood: reply.mood ?? "" });
}

/** Bring what the listener said last to the top, as far as there is something below it; the answer reads from there. */
function showLatest() {
  const turns = log.querySelectorAll(".listener");
  turns[turns.length - 1]?.scrollIntoView({ block: "start" });
  if (typesOnKeys && document.activeElement === document.body) field.focus({ preventScroll: true });
}

/** Not `disabled`, which would take the focus away from whoever pressed. */
function markButtons() {
  for (const button of document.querySelectorAll("button:not([popovertarget])")) button.ariaDisabled = String(!isReady());
}

function isReady() {
  return isOnline && !isWaiting;
}

function announce(sentence, { stays = false } = {}) {
  clearTimeout(noticeTimer);
  if (notice.textContent !== sentence) notice.textContent = sentence;
  if (!stays) noticeTimer = setTimeout(() => notice.replaceChildren(), NOTICE_LASTS_MS);
}
