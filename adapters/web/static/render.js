/**
 * Replies as elements, cloned from the templates in page.html. It asks nothing, decides nothing and says nothing of
 * its own: every word comes from the reply or the template, and goes in as text.
 */

import { drawCover } from "./cover.js";

/** Where help is found: the only words that become links, so that nobody in need has to remember or copy a number. */
const HELP_LINES = /\b(109|119|112|findahelpline\.com)\b/;

/** Characters of the listener's own words that are shown: beyond that they would push the answer off the screen. */
const LONGEST_SHOWN = 300;

/** What the listener said. */
export function listenerTurn(text) {
  const turn = clone("listener-turn");
  fill(turn, "text", text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
  return turn;
}

/** SMOODY is looking for an answer. */
export const thinkingTurn = () => clone("thinking-turn");

/** No answer came; `onretry` is called when the listener wants to try again. */
export function failureTurn(onretry) {
  const turn = clone("failure-turn");
  part(turn, "retry").addEventListener("click", onretry);
  return turn;
}

/**
 * A reply as the server renders it (adapters/web/render.py).
 *
 * @param {object} reply
 * @param {(action: object, card?: object) => void} onpress  called with a pressed action, and its card if it has one
 */
export function replyTurn(reply, onpress) {
  const turn = clone("reply-turn");
  turn.dataset.kind = reply.kind;
  if (reply.mood) turn.dataset.mood = reply.mood;
  setIcon(part(turn, "mood-icon"), reply.kind === "care" ? "care" : reply.mood ?? "smoody");
  fill(turn, "text", reply.text);
  fill(turn, "note", reply.note);
  if (reply.kind === "care") ["text", "note"].forEach((name) => linkHelpLines(part(turn, name)));
  fillList(turn, "cards", reply.cards.map((card) => cardOf(card, onpress)));
  fillList(turn, "chips", reply.actions.map((action) => inItem(chipOf(action, () => onpress(action)))));
  return turn;
}

/** Show how a vote stands now on every card of its track. */
export function showVote(root, trackId, vote) {
  for (const button of root.querySelectorAll(`[data-track="${CSS.escape(trackId)}"] .vote`)) {
    button.ariaPressed = String(button.dataset.vote === vote);
  }
}

let cardsShown = 0;

function cardOf(card, onpress) {
  const item = clone("card");
  const article = item.firstElementChild;
  article.dataset.track = card.id;
  article.dataset.mood = card.mood;
  for (const name of ["position", "title", "artist", "year", "reason"]) fill(article, name, card[name]);
  setIcon(part(article, "mood-icon"), card.mood);
  showArt(part(article, "art"), card);
  part(article, "buttons").append(...card.actions.map((action) => cardButton(action, () => onpress(action, card))));
  lead(part(article, "spotify"), card.spotify_url);
  lead(part(article, "youtube"), card.youtube_url);
  nameAfterTitle(article, `card-${++cardsShown}`);
  showVote(item, card.id, card.vote);
  return item;
}

function lead(link, url) {
  if (url?.startsWith("https://")) link.href = url;
  else link.remove();
}

/** Five cards have five equal buttons; read aloud, each tells whose it is. */
function nameAfterTitle(article, id) {
  part(article, "title").id = id;
  article.setAttribute("aria-labelledby", id);
  for (const control of article.querySelectorAll("a, button")) control.setAttribute("aria-describedby", id);
}

function showArt(frame, { id, mood, title, artwork_url: url }) {
  const drawn = () => drawCover(id, mood, frame.dataset.labelDrawn.replace("{title}", () => title));
  if (!url?.startsWith("https://")) return frame.replaceChildren(drawn());
  const image = new Image();
  image.alt = frame.dataset.label.replace("{title}", () => title);
  image.loading = "lazy";
  image.decoding = "async";
  image.onerror = () => frame.replaceChildren(drawn());
  image.src = url;
  frame.replaceChildren(image);
}

function cardButton(action, onclick) {
  if (action.kind !== "like" && action.kind !== "dislike") return chipOf(action, onclick);
  const button = clone("vote");
  button.dataset.vote = action.kind;
  button.ariaLabel = button.title = action.label;
  button.addEventListener("click", onclick);
  return button;
}

function chipOf(action, onclick) {
  const chip = clone("chip");
  if (action.mood) chip.dataset.mood = action.mood;
  setIcon(part(chip, "icon"), action.mood ?? action.kind);
  fill(chip, "label", action.label);
  chip.addEventListener("click", onclick);
  return chip;
}

function inItem(element) {
  const item = document.createElement("li");
  item.append(element);
  return item;
}

function linkHelpLines(paragraph) {
  paragraph?.replaceChildren(
    ...paragraph.textContent.split(HELP_LINES).map((piece) => {
      if (!HELP_LINES.test(piece)) return piece;
      const link = document.createElement("a");
      link.href = /^\d+$/.test(piece) ? `tel:${piece}` : `https://${piece}`;
      link.textContent = piece;
      return link;
    }),
  );
}

const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

function fill(root, name, text) {
  if (text === null || text === undefined) part(root, name).remove();
  else part(root, name).textContent = text;
}

function fillList(root, name, items) {
  if (items.length) part(root, name).append(...items);
  else part(root, name).remove();
}

function setIcon(use, name) {
  const id = `icon-${name}`;
  if (document.getElementById(id)) use.setAttribute("href", `#${id}`);
  else use.parentElement.remove();
}
