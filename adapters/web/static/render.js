/**
 * Replies as elements, cloned from the templates in page.html. It asks nothing, decides nothing and says nothing of
 * its own: every word comes from the reply or the template, and goes in as text.
 */

import { drawCover } from "./cover.js";

/** Where help is found: these words become links, so that nobody in need has to remember or copy a number. */
const HELP_LINES = /\b(109|119|112|117|1366|1388|findahelpline\.com)\b/;

/** What a list to take along links to; no other address in a text becomes a link, because titles are anyone's words. */
const MUSIC = /(https:\/\/(?:open\.spotify\.com|www\.youtube\.com)\/\S+)/;

/** What cards lead to: pages that are encrypted on their way. */
const ENCRYPTED = /^https:\/\//;

/** What the link of a reply leads to: our own server, which may have another name than the one this page came by. */
const OURS = /^https?:\/\//;

/** Characters of the listener's own words that are shown in full; longer ones would push the answer off the screen. */
const LONGEST_SHOWN = 300;
const SHOWN_OF_LONGER = 100;

/** What the listener said. */
export function listenerTurn(text) {
  const turn = clone("listener-turn");
  fill(turn, "text", text.length > LONGEST_SHOWN ? `${text.slice(0, SHOWN_OF_LONGER)}…` : text);
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
  if (reply.link) addLink(part(turn, "links"), reply.link, OURS);
  else part(turn, "links").remove();
  showAttachment(part(turn, "attachment"), reply.attachment);
  const cards = reply.cards.map((card) => cardOf(card, (action) => onpress(action, { turn, card })));
  if (cards.length) part(turn, "cards").append(...cards);
  else part(turn, "cards").remove();
  const press = (action) => onpress(action, { turn });
  if (reply.kind === "settings") turn.append(...settingsOf(reply, press));
  else if (reply.actions.length) turn.append(fillChips(clone("chips"), reply.actions, press));
  return turn;
}

/**
 * Show how things are set now on the turn that showed it before. The buttons stay, and with them the focus, and the
 * place of whoever has the page read aloud.
 *
 * @returns {boolean} false when other settings are offered than before: then nothing has changed
 */
export function showSettings(turn, reply) {
  const chips = [...turn.querySelectorAll(".setting .chip")];
  const isThere = (action, at) => settingOf(actionOf.get(chips[at])) === settingOf(action);
  if (chips.length !== reply.actions.length || !reply.actions.every(isThere)) return false;
  turn.lang = reply.language;
  ["text", "note"].forEach((name) => fill(turn, name, reply[name]));
  for (const group of turn.querySelectorAll(".setting")) fill(group, "name", reply.headings[group.dataset.setting]);
  chips.forEach((chip, at) => showAction(chip, reply.actions[at]));
  return true;
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
  part(article, "buttons").append(...card.actions.map((action) => cardButton(action, onpress)));
  lead(part(article, "spotify"), card.spotify_url);
  lead(part(article, "youtube"), card.youtube_url);
  card.links.forEach((link) => addLink(part(article, "links"), link));
  nameAfterTitle(article, `card-${++cardsShown}`);
  showVote(item, card.id, card.vote);
  return item;
}

function lead(link, url, allowed = ENCRYPTED) {
  if (allowed.test(url ?? "")) link.href = url;
  else link.remove();
}

function addLink(links, { name, url }, allowed) {
  const link = clone("link");
  fill(link, "name", name);
  links.append(link);
  lead(link, url, allowed);
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

function cardButton(action, onpress) {
  if (action.kind !== "like" && action.kind !== "dislike") return chipOf(action, onpress);
  const button = clone("vote");
  button.dataset.vote = action.kind;
  button.ariaLabel = button.title = action.label;
  button.addEventListener("click", () => onpress(action));
  return button;
}

const actionOf = new WeakMap(); // what a chip does; that of a setting changes with how it stands

function chipOf(action, onpress) {
  const chip = clone("chip");
  showAction(chip, action);
  chip.addEventListener("click", () => onpress(actionOf.get(chip)));
  return chip;
}

function showAction(chip, action) {
  actionOf.set(chip, action);
  if (action.mood) chip.dataset.mood = action.mood;
  if (action.kind === "set" || action.is_chosen) chip.ariaPressed = String(action.is_chosen);
  chip.querySelector(".icon")?.remove(); // only the icon is made anew: a screen reader may stand in the words
  chip.prepend(clone("chip").querySelector(".icon"));
  const meaning = action.value === "no" ? "cancel" : action.mood ?? action.kind; // to keep all has no dustbin
  setIcon(part(chip, "icon"), action.is_chosen ? "chosen" : meaning);
  if (part(chip, "label").textContent !== action.label) fill(chip, "label", action.label);
}

/** The name of the setting that an action changes (`name=choice`); the shops (`shop.name=choice`) are one. */
const settingOf = ({ value }) => value.split(/[.=]/)[0];

let settingsShown = 0;

function settingsOf({ actions, headings }, onpress) {
  return [...new Set(actions.map(settingOf))].map((setting) => {
    const choices = actions.filter((action) => settingOf(action) === setting);
    const group = clone("setting");
    const name = part(group, "name");
    name.id = `setting-${++settingsShown}`;
    group.setAttribute("aria-labelledby", name.id);
    group.dataset.setting = setting;
    fill(group, "name", headings[setting]);
    fillChips(part(group, "choices"), choices, onpress);
    return group;
  });
}

function fillChips(chips, actions, onpress) {
  chips.append(...actions.map((action) => inItem(chipOf(action, onpress))));
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
