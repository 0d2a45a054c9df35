"""A `Reply` as the page receives it. Pure; wire names stay here."""

import base64
from collections.abc import Mapping
from typing import Any

from bot.domain import Action, Attachment, Link, Reply, TrackCard


def render(reply: Reply) -> Mapping[str, Any]:
    """A reply as plain values ready for JSON."""
    return {
        "kind": reply.kind.value,
        "text": reply.text,
        "note": reply.note,
        "language": reply.language.value,
        "emotion": reply.emotion and reply.emotion.value,
        "confidence": reply.confidence,
        "mood": reply.mood and reply.mood.value,
        "cards": [_card(card) for card in reply.cards],
        "actions": [_action(action) for action in reply.actions],
        "track_id": reply.track_id,
        "vote": reply.vote and reply.vote.value,
        "attachment": reply.attachment and _attachment(reply.attachment),
        "link": reply.link and _link(reply.link),
        "is_private": reply.is_private,
    }


def _card(card: TrackCard) -> Mapping[str, Any]:
    return {
        "position": card.position,
        "id": card.track.id,
        "title": card.track.title,
        "artist": card.track.artist,
        "year": card.track.year,
        "mood": card.track.mood.value,
        "reason": card.reason,
        "spotify_url": card.spotify_url,
        "youtube_url": card.youtube_url,
        "artwork_url": card.track.artwork_url,
        "vote": card.vote and card.vote.value,
        "actions": [_action(action) for action in card.actions],
        "links": [_link(link) for link in card.links],
    }


def _link(link: Link) -> Mapping[str, Any]:
    return {"name": link.name, "url": link.url}


def _action(action: Action) -> Mapping[str, Any]:
    return {
        "kind": action.kind.value,
        "label": action.label,
        "track_id": action.track_id,
        "mood": action.mood and action.mood.value,
        "emotion": action.emotion and action.emotion.value,
        "value": action.value,
        "is_chosen": action.is_chosen,
    }


def _attachment(attachment: Attachment) -> Mapping[str, Any]:
    """In base64 rather than as a binary packet, which our small client of Socket.IO does not know."""
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "content": base64.b64encode(attachment.content).decode(),
        "alt": attachment.alt,
        "is_picture": attachment.is_picture,
    }
