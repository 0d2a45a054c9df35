/**
 * Replies as elements, cloned from the templates in page.html. It asks nothing, decides nothing and says nothing of
 * its own: every word comes from the reply or the template, and goes in as text.
 */

import { drawCover } from "./cover.js";

/** Where help is found: these words become links, so that nobody in need has to remember or copy a number. */
const HELP_LINES = /\b(109|119|112|findahelpline\.com)\b/;

/** What a list to take along links to; no other address in a text becomes a link, because titles are anyone's words. */
const MUSIC = /(https:\/\/(?:open\.spotify\.com|www\.youtube\.com)\/\S+)/;

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
 * @param {(action: object, where: {turn: Element, card?: object}) => void} onpress  called with a pressed action, the
 *     turn that it stands in, and its card if it belongs to one
 */
export function replyTurn(reply, onpress) {
  const turn = clone("reply-turn");
  turn.dataset.kind = reply.kind;
  turn.lang = reply.language;
  if (reply.mood) turn.dataset.mood = reply.mood;
  setIcon(part(turn, "mood-icon"), reply.kind === "care" ? "care" : reply.mood ?? "smoody");
  fill(turn, "text", reply.text);
  fill(turn, "note", reply.note);
  if (reply.kind === "care") ["text", "note"].forEach((name) => linkWords(part(turn, name), HELP_LINES));
  if (reply.kind === "text") linkWords(part(turn, "text"), MUSIC);
  showAttachment(part(turn, "attachment"), reply.attachment);
  const cards = reply.cards.map((card) => cardOf(card, (action) => onpress(action, { turn, card })));
  if (cards.length) part(turn, "cards").append(...cards);
  else part(turn, "cards").remove();
  turn.append(...grouped(reply.actions).map((group) => chipsOf(group, (action) => onpress(action, { turn }))));
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
  part(article, "buttons").append(...card.actions.map((action) => cardButton(action, () => onpress(action))));
  lead(part(article, "spotify"), card.spotify_url);
  lead(part(article, "youtube"), card.youtube_url);
  card.links.forEach((link) => addLink(part(article, "links"), link));
  nameAfterTitle(article, `card-${++cardsShown}`);
  showVote(item, card.id, card.vote);
  return item;
}

function lead(link, url) {
  if (url?.startsWith("https://")) link.href = url;
  else link.remove();
}

function addLink(links, { name, url }) {
  const link = clone("link");
  fill(link, "name", name);
  links.append(link);
  lead(link, url);
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
  if (action.kind === "set" || action.is_chosen) chip.ariaPressed = String(action.is_chosen);
  setIcon(part(chip, "icon"), action.is_chosen ? "chosen" : action.mood ?? action.kind);
  fill(chip, "label", action.label);
  chip.addEventListener("click", onclick);
  return chip;
}

/**
 * The choices of one setting (`name=choice`), and the shops (`shop.name=choice`), each get a row of their own; whatever
 * stands alone shares one with its neighbours.
 */
function grouped(actions) {
  const family = ({ kind, value }) => (kind === "set" ? value?.split(/[.=]/)[0] : "");
  const sizes = new Map();
  for (const action of actions) sizes.set(family(action), (sizes.get(family(action)) ?? 0) + 1);
  const groups = [];
  let last;
  for (const action of actions) {
    const name = sizes.get(family(action)) > 1 ? family(action) : "";
    if (name !== last) groups.push([]);
    groups[groups.length - 1].push(action);
    last = name;
  }
  return groups;
}

function chipsOf(actions, onpress) {
  const chips = clone("chips");
  chips.append(...actions.map((action) => inItem(chipOf(action, () => onpress(action)))));
  return chips;
}

/** Pictures and files are blobs of this page: they have no address that anyone else could ask for. */
function showAttachment(frame, attachment) {
  if (!attachment) return frame.remove();
  const bytes = Uint8Array.from(atob(attachment.content), (char) => char.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: attachment.media_type }));
  const [picture, save] = [part(frame, "picture"), part(frame, "save")];
  if (attachment.is_picture) Object.assign(picture, { src: url, alt: attachment.alt ?? "" });
  else picture.remove();
  Object.assign(save, { href: url, download: attachment.name });
  fill(save, "name", attachment.name);
}

function inItem(element) {
  const item = document.createElement("li");
  item.append(element);
  return item;
}

function linkWords(paragraph, words) {
  paragraph?.replaceChildren(
    ...paragraph.textContent.split(words).map((piece) => (words.test(piece) ? linkTo(piece) : piece)),
  );
}

function linkTo(words) {
  const link = document.createElement("a");
  if (/^\d+$/.test(words)) link.href = `tel:${words}`;
  else link.href = words.startsWith("https:") ? words : `https://${words}`;
  if (words.startsWith("https:")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  link.textContent = words;
  return link;
}

const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

function fill(root, name, text) {
  if (text === null || text === undefined) part(root, name).remove();
  else part(root, name).textContent = text;
}

function setIcon(use, name) {
  const id = `icon-${name}`;
  if (document.getElementById(id)) use.setAttribute("href", `#${id}`);
  else use.parentElement.remove();
}
