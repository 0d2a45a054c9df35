"""A `Reply` as a Telegram message: HTML, keyboard, and the address whose preview shows the artwork. Pure.

Why this form. Five cards are one text message: each card is a block quotation with linked title, reason and links, and
above them stands Telegram's own preview of the chosen track's Spotify page, with cover, title and source. That is

* one call for an answer (two with the typing sign), and one to edit it in place: an album of five photos costs five
  of a group's twenty messages a minute, carries no keyboard, cannot be edited into another five, and clients crop its
  pictures into a mosaic;
* artwork unaltered and with its source, fetched and kept by Telegram: nothing to upload, and an address that is dead
  leaves a message without a cover, never no message;
* 4,096 instead of a caption's 1,024 characters, of which addresses do not count.

Rich messages (Bot API 10.1) could hold five covers, but older clients show a notice to update instead of the text, so
they would not degrade.

The keyboard is its own memory. The first row chooses one of the cards, the second votes on it or asks for similar
ones; which card is chosen and which are voted on is read from the pressed message itself, so that a button works the
same after a restart and nothing has to be kept.
"""

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import KeyboardButtonStyle, ParseMode

from bot.buttons import decode, encode
from bot.domain import Action, ActionKind, Reply, Speaker, TrackCard, Vote

TEXT_LIMIT: Final = 4_096
CAPTION_LIMIT: Final = 1_024
NOTICE_LIMIT: Final = 200
"""Telegram's limits of a message, a caption (both in UTF-16 units) and a callback's notice (characters)."""

_LINE_LIMIT: Final = 90
_REASON_LIMIT: Final = 160
_NOTE_LIMIT: Final = 500
_INTRO_LIMIT: Final = 1_500
"""UTF-16 units of title, artist, reason, note and text: five cards of the longest stay below `TEXT_LIMIT`."""

_PICK: Final = "pick|"
_CHOSEN: Final = "▸ "
_TICK: Final = "✓ "
_SIGNS: Final = {Vote.LIKE: "👍", Vote.DISLIKE: "👎"}
_VOTES: Final = {ActionKind.LIKE: Vote.LIKE, ActionKind.DISLIKE: Vote.DISLIKE}
_SPOTIFY_TRACK: Final = "https://open.spotify.com/track/"

_WIDE_ROW: Final = 12
_HALF_ROW: Final = 18
"""Widest label, in columns, that three and two buttons a row show whole on a screen of 360 dp; Hangul takes two."""

Keyboard = Sequence[Sequence[InlineKeyboardButton]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message: HTML, its keyboard (None for none) and the address whose preview is shown above (None for none)."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    preview: str | None = None

    @property
    def preview_options(self) -> LinkPreviewOptions:
        """How Telegram shall preview links: the chosen address, small and above the text, or none at all."""
        return preview_options(self.preview)


def render(reply: Reply, *, limit: int = TEXT_LIMIT) -> Page:
    """A reply as one message of at most ``limit`` UTF-16 units, after its entities are parsed."""
    note = _clip(reply.note or "", min(_NOTE_LIMIT, limit // 4))
    room = _INTRO_LIMIT if reply.cards else limit - _width16(note) - 2
    parts = [_plain(_clip(reply.text, room))]
    if note:
        parts.append(f"<i>{_plain(note)}</i>")
    if reply.link is not None:
        parts.append(_anchor(reply.link.name, reply.link.url))
    intro = "\n".join(parts) if reply.cards else "\n\n".join(parts)
    return Page(
        text="\n\n".join([intro, "\n".join(map(_card, reply.cards))]) if reply.cards else intro,
        keyboard=_markup([*_card_rows(reply.cards), *_rows(reply.actions)]),
        preview=next((address for card in reply.cards if (address := _preview_of(card))), None),
    )


def notice(reply: Reply) -> str:
    """A reply as the short notice over a chat that answers a pressed button."""
    return reply.text if len(reply.text) <= NOTICE_LIMIT else reply.text[: NOTICE_LIMIT - 1] + "…"


def preview_options(address: str | None) -> LinkPreviewOptions:
    """Show the preview of an address, or of none: without this Telegram previews whatever link comes first."""
    if address is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=address, prefer_small_media=True, show_above_text=True)


def inline_results(reply: Reply, talk_label: str, talk_url: str) -> list[InlineQueryResultArticle]:
    """The cards as results of an inline query, each with its cover where one is known; chosen, it becomes a message."""
    return [
        InlineQueryResultArticle(
            id=card.track.id.encode()[-64:].decode(errors="ignore"),
            title=_clip(card.track.title, _LINE_LIMIT),
            description=f"{_clip(card.track.artist, _LINE_LIMIT)}\n{_clip(card.reason, _REASON_LIMIT)}",
            thumbnail_url=card.track.artwork_url,
            input_message_content=InputTextMessageContent(
                _card(card, number=False),
                parse_mode=ParseMode.HTML,
                link_preview_options=preview_options(_preview_of(card)),
            ),
            reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(talk_label, url=talk_url)]]),
        )
        for card in reply.cards
    ]


def picked_track(code: str) -> str | None:
    """The id of the track that a button chooses; None for a button that does something else."""
    return code.removeprefix(_PICK) if code.startswith(_PICK) else None


def preview_of_track(track_id: str) -> str | None:
    """The address whose preview shows a track; None for tracks that are not on Spotify."""
    return None if ":" in track_id else _SPOTIFY_TRACK + track_id


def with_pick(keyboard: InlineKeyboardMarkup, track_id: str, speaker: Speaker) -> InlineKeyboardMarkup:
    """The same keyboard with another card chosen, and the row beneath about that card."""
    marks = _marks(keyboard)

    def turned(button: InlineKeyboardButton) -> InlineKeyboardButton:
        pick = picked_track(str(button.callback_data))
        if pick is not None:
            return _pick_button(_position(button), pick, marks.get(pick), is_chosen=pick == track_id)
        return _about(button, track_id, marks.get(track_id), speaker)

    return _mapped(keyboard, turned)


def with_vote(
    keyboard: InlineKeyboardMarkup, track_id: str, vote: Vote | None, speaker: Speaker
) -> InlineKeyboardMarkup:
    """The same keyboard with a vote marked, or its mark taken away."""

    def marked(button: InlineKeyboardButton) -> InlineKeyboardButton:
        code = str(button.callback_data)
        if picked_track(code) == track_id:
            is_chosen = button.text.startswith(_CHOSEN)
            return _pick_button(_position(button), track_id, vote, is_chosen=is_chosen)
        press = decode(code, speaker)
        return _about(button, track_id, vote, speaker) if press and press.track_id == track_id else button

    return _mapped(keyboard, marked)


def label_of(keyboard: InlineKeyboardMarkup | None, code: str) -> str | None:
    """How the button with this code is labelled."""
    rows = keyboard.inline_keyboard if keyboard else ()
    return next((button.text for row in rows for button in row if button.callback_data == code), None)


def _card(card: TrackCard, *, number: bool = True) -> str:
    track = card.track
    links = (
        ("Spotify", card.spotify_url),
        ("YouTube", card.youtube_url),
        *((link.name, link.url) for link in card.links),
    )
    title = _anchor(_clip(track.title, _LINE_LIMIT), card.spotify_url)
    year = f" ({track.year})" if track.year else ""
    return (
        f"<blockquote><b>{f'{card.position}. ' if number else ''}{title}</b> · "
        f"{_plain(_clip(track.artist, _LINE_LIMIT))}{year}\n"
        f"{_plain(_clip(card.reason, _REASON_LIMIT))}\n"
        + " · ".join(_anchor(name, url) for name, url in links)
        + "</blockquote>"
    )


def _card_rows(cards: Sequence[TrackCard]) -> Iterator[Sequence[InlineKeyboardButton]]:
    """One row to choose a card, when there are several, and one about the chosen card: the first."""
    choosable = [card for card in cards if card.actions and _fits(_PICK + card.track.id)]
    if not choosable:
        return
    first = choosable[0]
    if len(choosable) > 1:
        yield [
            _pick_button(str(card.position), card.track.id, card.vote, is_chosen=card is first) for card in choosable
        ]
    yield [button for action in first.actions if (button := _vote_button(action, first.vote) or _button(action))]


def _vote_button(action: Action, vote: Vote | None) -> InlineKeyboardButton | None:
    meant = _VOTES.get(action.kind)
    code = encode(action)
    return InlineKeyboardButton(_vote_label(meant, vote), callback_data=code) if meant and code else None


def _vote_label(meant: Vote, vote: Vote | None) -> str:
    return (_TICK if vote is meant else "") + _SIGNS[meant]


def _pick_button(position: str, track_id: str, vote: Vote | None, *, is_chosen: bool) -> InlineKeyboardButton:
    """The vote stands on the button, so that it is not lost while another card is chosen."""
    sign = f" {_SIGNS[vote]}" if vote else ""
    return InlineKeyboardButton(
        f"{_CHOSEN if is_chosen else ''}{position}{sign}",
        callback_data=_PICK + track_id,
        style=KeyboardButtonStyle.PRIMARY if is_chosen else None,
    )


def _position(button: InlineKeyboardButton) -> str:
    return button.text.removeprefix(_CHOSEN).split(" ")[0]


def _marks(keyboard: InlineKeyboardMarkup) -> dict[str, Vote]:
    """The votes that a keyboard shows, by track id."""
    return {
        track_id: vote
        for row in keyboard.inline_keyboard
        for button in row
        if (track_id := picked_track(str(button.callback_data)))
        for vote, sign in _SIGNS.items()
        if sign in button.text
    }


def _about(button: InlineKeyboardButton, track_id: str, vote: Vote | None, speaker: Speaker) -> InlineKeyboardButton:
    """The same button about another track; a button that is about none stays as it is."""
    press = decode(str(button.callback_data), speaker)
    if press is None or press.track_id is None:
        return button
    action = Action(kind=press.kind, label=button.text, track_id=track_id)
    return _vote_button(action, vote) or _button(action) or button


def _mapped(
    keyboard: InlineKeyboardMarkup, change: Callable[[InlineKeyboardButton], InlineKeyboardButton]
) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[change(button) for button in row] for row in keyboard.inline_keyboard])


def _rows(actions: Sequence[Action]) -> Iterator[Sequence[InlineKeyboardButton]]:
    """Rows of buttons: each setting's choices together, everything else as it comes."""
    numbered = [
        replace(action, value=str(number)) if action.kind is ActionKind.EXAMPLE else action
        for number, action in enumerate(actions)
    ]
    for _, group in groupby(numbered, key=_subject):
        yield from _packed([button for action in group if (button := _button(action))])


def _packed(buttons: Sequence[InlineKeyboardButton]) -> Iterator[Sequence[InlineKeyboardButton]]:
    """Three or two a row where their labels can be read whole; four are two and two."""
    while buttons:
        count = 1
        if _widest(buttons[:2]) <= _HALF_ROW:
            count = 2
        if _widest(buttons[:3]) <= _WIDE_ROW and len(buttons) != 4:
            count = 3
        yield buttons[:count]
        buttons = buttons[count:]


def _widest(buttons: Sequence[InlineKeyboardButton]) -> int:
    return max(_columns(button.text) for button in buttons)


def _subject(action: Action) -> str:
    """What a row is about: one setting with its choices, or switches side by side."""
    if action.kind is not ActionKind.SET:
        return ""
    name, _, choice = (action.value or "").partition("=")
    return "switch" if choice in {"on", "off"} else name


def _button(action: Action) -> InlineKeyboardButton | None:
    code = encode(action)
    label = (_TICK if action.is_chosen else "") + action.label
    return InlineKeyboardButton(label, callback_data=code) if code else None


def _markup(rows: Iterable[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup | None:
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _preview_of(card: TrackCard) -> str | None:
    return preview_of_track(card.track.id) or card.track.artwork_url


def _plain(text: str) -> str:
    """Text that stays text: no markup, and no @name that Telegram would turn into a mention of somebody."""
    return html.escape(text, quote=False).replace("@", "@\N{WORD JOINER}")


def _anchor(name: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{_plain(name)}</a>'


def _fits(code: str) -> bool:
    return len(code.encode()) <= 64


def _clip(text: str, limit: int) -> str:
    """At most ``limit`` UTF-16 units, cut at a character and marked."""
    if _width16(text) <= limit:
        return text
    cut = text.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", errors="ignore")
    return f"{cut.rstrip()}…"


def _width16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _columns(text: str) -> int:
    return sum(2 if ord(char) >= 0x1100 else 1 for char in text)
