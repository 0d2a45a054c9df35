"""A `Reply` as a Discord message of components. Pure; nothing is sent here.

Why components and not embeds: with embeds, five covers would be five boxes whose only buttons stand far below them,
and a picture in an embed has no alternative text. A section holds a track's words beside its cover, which is shown as
Spotify's terms want it, with a text for those who cannot see it; the select below names each track, so that fifteen
choices take one line. Five sections, the select, two rows of buttons and the words around them stay below the limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final, TypeAlias

import discord
from discord import ui

from bot.buttons import encode
from bot.domain import Action, ActionKind, Link, ListenerId, Mood, Reply, ReplyKind, TrackCard, Vote
from bot.phrases import Phrases

COMPONENTS: Final = 40
CHARACTERS: Final = 4_000
"""Discord's limits of one message: all components, nested ones too, and the characters of all its texts together."""

OWNER: Final = 12
"""Hexadecimal digits of a listener's hash in a button: enough to tell strangers apart, too few to be anyone's key."""

BUTTON: Final = rf"(?P<owner>[0-9a-f]{{{OWNER}}})(?P<turns>[:~])\d*(?P<code>[^\d].*)?"
"""Our ``custom_id``: who may press; ``~`` when the answer takes the message's place; a number that tells equal codes
apart; and a code of `bot.buttons`, which a select leaves to its options."""

_BUTTONS_A_ROW: Final = 5
_OPTIONS: Final = 25
_LABEL: Final = 80
_OPTION: Final = 100
_ALT: Final = 1_024
"""Discord's limits: buttons in a row, options of a select; characters of a button, an option, an alternative text."""

_INTRODUCTION: Final = 1_200
_NAME: Final = 100
_REASON: Final = 200
"""Characters of the words above five cards, of a title or an artist, and of a reason: five of the longest leave room
for links."""

_COLOURS: Final = {Mood.HAPPY: 0xF6B93B, Mood.SAD: 0x4A69BD, Mood.ENERGETIC: 0xE55039, Mood.CALM: 0x38ADA9}
_SIGNS: Final = {ActionKind.LIKE: "👍", ActionKind.DISLIKE: "👎", ActionKind.SIMILAR: "🎧"}
_VOTES: Final = {Vote.LIKE: ActionKind.LIKE, Vote.DISLIKE: ActionKind.DISLIKE}
_FEW: Final = 2
"""Choices of one setting that are shown as buttons; more are a select."""

Control: TypeAlias = ui.ActionRow[Any]


def render(reply: Reply, owner: ListenerId, phrases: Phrases) -> ui.LayoutView:
    """A reply as components; only ``owner`` may press them. Its file, if any, goes along under its own name.

    The view is stopped, so that the library keeps nothing of it: presses are told by their ``custom_id`` alone.
    """
    layout = ui.LayoutView(timeout=None)
    for item in _items(reply, owner, phrases):
        layout.add_item(item)
    layout.stop()
    return layout


def with_vote(reply: Reply, track_id: str, vote: Vote | None) -> Reply:
    """The same reply after a vote on one of its tracks."""

    def voted(card: TrackCard) -> TrackCard:
        actions = tuple(
            replace(action, is_chosen=vote is not None and action.kind is _VOTES[vote]) for action in card.actions
        )
        return replace(card, vote=vote, actions=actions)

    return replace(reply, cards=tuple(voted(card) if card.track.id == track_id else card for card in reply.cards))


def owner_mark(listener: ListenerId) -> str:
    """The part of a listener's hash that their buttons carry."""
    return listener[:OWNER]


def _items(reply: Reply, owner: ListenerId, phrases: Phrases) -> Iterator[ui.Item[Any]]:
    """What stands in the message, top down. Only cards get a frame, in the colour of their mood."""
    head = ui.TextDisplay[Any](_head(reply))
    attached = list(_attached(reply))
    if not reply.cards:
        taken = sum(_size(item) for item in (head, *attached))
        yield from (head, *attached, *_controls(reply, owner, COMPONENTS - taken))
        return
    attribution = ui.TextDisplay[Any](f"-# {phrases.say('page_attribution', reply.language)}")
    cards = _cards(reply, phrases, CHARACTERS - len(head.content) - len(attribution.content))
    votes = _votes(reply, owner, phrases)
    above = (head, *attached, *cards, *votes)
    room = COMPONENTS - 1 - sum(_size(item) for item in (*above, attribution))
    colour = _COLOURS[reply.mood] if reply.mood and reply.kind is ReplyKind.CARDS else None
    yield ui.Container(*above, *_controls(reply, owner, room), attribution, accent_colour=colour)


def _head(reply: Reply) -> str:
    """The words of a reply, the note in small print below."""
    limit = _INTRODUCTION if reply.cards else CHARACTERS
    note = "\n".join(f"-# {_plain(line)}" for line in (reply.note or "").splitlines() if line)[: limit // 2]
    link = _line([reply.link]) if reply.link else ""
    text = _cut(_plain(reply.text), limit - len(note) - len(link) - 1) + link
    return f"{text}\n{note}" if note else text


def _cards(reply: Reply, phrases: Phrases, room: int) -> Sequence[ui.Item[Any]]:
    """The cards with as many links each as fit: a search in Hangul takes nine characters of address a syllable."""
    words = [_words(card) for card in reply.cards]
    links = [_links(card) for card in reply.cards]
    count = max(map(len, links), default=0)
    while count and sum(map(len, words)) + sum(len(_line(each[:count])) for each in links) > room:
        count -= 1
    texts = (said + _line(each[:count]) for said, each in zip(words, links, strict=True))
    return [_section(card, text, reply, phrases) for card, text in zip(reply.cards, texts, strict=True)]


def _section(card: TrackCard, text: str, reply: Reply, phrases: Phrases) -> ui.Item[Any]:
    """A card's words beside its cover; words alone where there is none, because a section needs something beside it."""
    if not (card.track.artwork_url or "").startswith("https://"):
        return ui.TextDisplay(text)
    alt = phrases.say("page_artwork", reply.language, title=card.track.title)
    return ui.Section(text, accessory=ui.Thumbnail(card.track.artwork_url or "", description=alt[:_ALT]))


def _words(card: TrackCard) -> str:
    track = card.track
    title = f"**{card.position}. {_cut(_plain(track.title), _NAME)}**"
    facts = (title, _cut(_plain(track.artist), _NAME), str(track.year) if track.year else "", _sign(card.vote))
    return f"{' · '.join(fact for fact in facts if fact)}\n-# {_cut(_plain(card.reason), _REASON)}"


def _sign(vote: Vote | None) -> str:
    return _SIGNS[_VOTES[vote]] if vote else ""


def _links(card: TrackCard) -> Sequence[Link]:
    return (Link(name="Spotify", url=card.spotify_url), Link(name="YouTube", url=card.youtube_url), *card.links)


def _line(links: Sequence[Link]) -> str:
    return "\n" + " · ".join(f"[{_plain(link.name)}]({link.url})" for link in links) if links else ""


def _votes(reply: Reply, owner: ListenerId, phrases: Phrases) -> Sequence[Control]:
    """One select for what can be done with each card."""
    options = [
        discord.SelectOption(
            label=_cut(
                f"{'✓ ' if action.is_chosen else ''}{card.position}. {action.label} — {card.track.title}", _OPTION
            ),
            value=code,
            emoji=_SIGNS.get(action.kind),
        )
        for card in reply.cards
        for action in card.actions
        if (code := encode(action)) is not None
    ]
    placeholder = phrases.say("discord_choose_track", reply.language)
    return [_select(f"{owner_mark(owner)}:", options, placeholder)] if options else []


def _controls(reply: Reply, owner: ListenerId, room: int) -> Sequence[Control]:
    """The actions of the whole reply in at most ``room`` components; a setting with many choices is a select."""
    rows: list[Control] = []
    buttons: list[ui.Button[Any]] = []
    for number, (name, group) in enumerate(groupby(reply.actions, key=_setting)):
        actions = list(group)
        if name and len(actions) > _FEW:
            rows += _rows(buttons)
            buttons = []
            rows.append(_setting_select(actions, f"{owner_mark(owner)}~{number}"))
        else:
            buttons += _buttons(actions, reply, owner, start=len(rows) * _BUTTONS_A_ROW + len(buttons))
    rows += _rows(buttons)
    return _within(rows, room)


def _setting(action: Action) -> str:
    """The name of the setting that an action changes; empty for any other action."""
    return (action.value or "").partition("=")[0] if action.kind is ActionKind.SET else ""


def _setting_select(actions: Sequence[Action], custom_id: str) -> Control:
    options = [
        discord.SelectOption(label=_cut(action.label, _OPTION), value=code, default=action.is_chosen)
        for action in actions
        if (code := encode(action)) is not None
    ]
    return _select(custom_id, options, None)


def _select(custom_id: str, options: Sequence[discord.SelectOption], placeholder: str | None) -> Control:
    return ui.ActionRow(ui.Select(custom_id=custom_id, options=list(options[:_OPTIONS]), placeholder=placeholder))


def _buttons(actions: Sequence[Action], reply: Reply, owner: ListenerId, *, start: int) -> Iterator[ui.Button[Any]]:
    for number, action in enumerate(actions, start):
        code = encode(action)
        if code is not None:
            turns = "~" if _turns_the_page(action, reply) else ":"
            yield ui.Button(
                label=_cut(action.label, _LABEL),
                style=discord.ButtonStyle.success if action.is_chosen else discord.ButtonStyle.secondary,
                custom_id=f"{owner_mark(owner)}{turns}{number}{code}",
            )


def _turns_the_page(action: Action, reply: Reply) -> bool:
    """Whether the answer to an action should take the place of the reply under which it stands."""
    match action.kind:
        case ActionKind.SET:
            return reply.kind is ReplyKind.SETTINGS
        case ActionKind.HISTORY:
            return reply.kind is ReplyKind.HISTORY
        case ActionKind.DIARY:
            return reply.attachment is not None
        case _:
            return False


def _rows(buttons: Sequence[ui.Button[Any]]) -> Sequence[Control]:
    starts = range(0, len(buttons), _BUTTONS_A_ROW)
    return [ui.ActionRow(*buttons[start : start + _BUTTONS_A_ROW]) for start in starts]


def _within(rows: Sequence[Control], room: int) -> Sequence[Control]:
    """The first rows that fit."""
    kept = []
    for row in rows:
        room -= _size(row)
        if room < 0:
            break
        kept.append(row)
    return kept


def _attached(reply: Reply) -> Iterator[ui.Item[Any]]:
    if reply.attachment is None:
        return
    address = f"attachment://{reply.attachment.name}"
    if reply.attachment.is_picture:
        yield ui.MediaGallery(
            discord.MediaGalleryItem(address, description=(reply.attachment.alt or "")[:_ALT] or None)
        )
    else:
        yield ui.File(address)


def _size(item: ui.Item[Any]) -> int:
    """How many of Discord's components an item is, with those in it."""
    children = getattr(item, "children", ())
    return 1 + sum(map(_size, children)) + (1 if isinstance(item, ui.Section) else 0)


def _plain(text: str) -> str:
    """A text that Discord shows as it is, without reading marks of emphasis into a title."""
    return discord.utils.escape_markdown(text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
