"""Pages: a template, filled from the phrases once in every language."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.domain import Language
from bot.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Pages:
    """One page in each language."""

    texts: Mapping[Language, str]
    otherwise: Language

    @classmethod
    def filled(cls, template: Path, phrases: Phrases, otherwise: Language, **said: str) -> "Pages":
        """Fill every name in double braces with that sentence, escaped; ``otherwise`` is for visitors who want none.

        ``said`` names sentences by other names than their own, for templates that are used with several.
        """
        form = template.read_text(encoding="utf-8")

        def fill(language: Language) -> str:
            def value(match: re.Match[str]) -> str:
                return html.escape(
                    language.value if match[1] == "lang" else phrases.say(said.get(match[1], match[1]), language)
                )

            return re.sub(r"\{\{(\w+)\}\}", value, form)

        return cls({language: fill(language) for language in Language}, otherwise)

    def language(self, request: web.Request) -> Language:
        """The language that the address asks for, else the browser's."""
        wanted = request.query.get("lang") or request.headers.get("Accept-Language", "")[:2].lower()
        return Language(wanted) if wanted in set(Language) else self.otherwise

    def page(self, request: web.Request) -> web.Response:
        """The page in the wanted language."""
        return web.Response(text=self.texts[self.language(request)], content_type="text/html")
