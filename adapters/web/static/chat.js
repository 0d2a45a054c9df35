/** The conversation: what the listener does becomes a question to the server, and its reply a turn in the log. */

import { setUpMenu } from "./menu.js";
import { failureTurn, listenerTurn, replyTurn, showSettings, showVote, thinkingTurn } from "./render.js";
import { connect } from "./socket.js";

const ANSWERS_WITHIN_MS = 20_000;
const NOTICE_LASTS_MS = 4_000;
const BUTTONS_WAIT_AFTER_MS = 300; // quick answers make no button flicker, nor have it read aloud as unavailable
const COUNTED_FROM = 0.9; // of what can be read at once
const LONGEST_SENT = 10_000; // characters: ten times what is read, and little enough for one message to the server

const [log, notice, hint, count, form, field] = [
  "log", "notice", "hint", "count", "composer", "field",
].map((id) => document.getElementById(id));
const limit = Number(field.dataset.limit); // characters that are read of one utterance
const language = document.documentElement.lang;
const typesOnKeys = matchMedia("(hover: hover) and (pointer: fine)").matches;

let isOnline = false;
let isWaiting = false;
let isSentEarly = false; // while the greeting or an answer was still on its way; it goes out as soon as it can
let noticeTimer;
let line = Promise.resolve(); // of votes and changes of settings, one after the other
let inLine = 0;

// Beside this file, so that the page also works below a path prefix.
const url = new URL("../socket.io/?EIO=4&transport=websocket", import.meta.url);
url.protocol = url.protocol.replace("http", "ws");
const socket = connect({ url, onopen: arrive, onclose: leave });

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = written();
  isSentEarly = text !== "" && !isReady();
  if (text && isReady()) {
    if (lengthOf(text) <= limit) clearField(); // what is too long stays, to be shortened
    say(text, "utter", { text });
  }
});

field.addEventListener("input", () => {
  isSentEarly = false;
  showLength();
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
  if (log.querySelector(".reply")) return sendEarly();
  log.replaceChildren();
  answer("hello", {});
}

function leave() {
  isOnline = false;
  markButtons();
  announce(notice.dataset.offline, { stays: true });
}

function press(action, { turn, card } = {}) {
  const { kind, label, track_id, mood, emotion, value } = action;
  const isVote = kind === "like" || kind === "dislike";
  const isChange = kind === "set" && turn.dataset.kind === "settings";
  if (!isReady() && !(inLine && (isVote || isChange))) return;
  if (isVote) lineUp(() => vote({ kind, track_id }));
  else if (isChange) lineUp(() => change({ kind, value }));
  else if (kind === "example") say(label, "utter", { text: label });
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
    const reply = await ask(event, payload);
    show(reply);
    settleField(payload.text, reply);
  } catch (problem) {
    console.warn(problem);
    log.append(failureTurn(({ currentTarget }) => retry(currentTarget, event, payload)));
  }
  thinking.remove();
  markButtons();
  showLatest();
  sendEarly();
}

/** After what was pressed before it. */
function sendEarly() {
  if (isSentEarly && !inLine) form.requestSubmit();
}

function retry(button, event, payload) {
  if (!isReady()) return;
  button.closest(".turn").remove();
  answer(event, payload);
}

/** Whoever votes or sets several things quickly need not wait for each. */
function lineUp(task) {
  inLine += 1;
  line = line.then(task).finally(() => {
    inLine -= 1;
    sendEarly();
  });
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

/** Change a setting where it stands; the button that was pressed tells how it stands now, and nothing else is read. */
async function change(payload) {
  try {
    const reply = await ask("press", payload);
    if (reply.kind !== "settings") return show(reply);
    const turn = log.querySelector(".setting")?.closest(".turn");
    if (!turn) return; // another answer put the settings away meanwhile
    turn.ariaLive = "off";
    if (!showSettings(turn, reply)) show(reply);
  } catch (problem) {
    console.warn(problem);
    if (isOnline) announce(notice.dataset.failed);
  }
}

/** One question at a time; meanwhile the field can be typed in, and buttons wait. */
async function ask(event, payload) {
  isWaiting = true;
  const timer = setTimeout(markButtons, BUTTONS_WAIT_AFTER_MS);
  try {
    return await socket.ask(event, { ...payload, language }, { timeout: ANSWERS_WITHIN_MS });
  } finally {
    clearTimeout(timer);
    isWaiting = false;
    markButtons();
  }
}

function show(reply) {
  const turn = replyTurn(reply, press);
  for (const offer of log.querySelectorAll(".chips, .setting")) offer.remove(); // they belong to the answer before
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

/**
 * What was too long stays in the field unless it was answered all the same: care, for one, reads to the end.
 * The second Enter of someone in a hurry does not send it again.
 */
function settleField(text, reply) {
  if (text === undefined || lengthOf(text) <= limit || text !== written()) return; // a short one is a second wish
  isSentEarly = false;
  if (reply.kind !== "text") clearField();
}

function written() {
  return field.value.trim().slice(0, LONGEST_SENT);
}

function clearField() {
  field.value = "";
  showLength();
}

/** Towards the end of what can be read at once, how much was written; the sentence is read aloud once, not each number. */
function showLength() {
  const length = lengthOf(field.value.trim());
  const sentence = length > limit ? hint.dataset.long.replace("{limit}", () => limit.toLocaleString(language)) : "";
  if (hint.textContent !== sentence) hint.textContent = sentence;
  count.textContent = length > limit * COUNTED_FROM ? [length, limit].map((n) => n.toLocaleString(language)).join(" / ") : "";
}

/** As the server counts. */
function lengthOf(text) {
  return text.length <= limit ? text.length : [...text].length;
}

function isReady() {
  return isOnline && !isWaiting;
}

function announce(sentence, { stays = false } = {}) {
  clearTimeout(noticeTimer);
  if (notice.textContent !== sentence) notice.textContent = sentence;
  if (!stays) noticeTimer = setTimeout(() => notice.replaceChildren(), NOTICE_LASTS_MS);
}
