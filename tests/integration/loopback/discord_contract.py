"""What Discord accepts: its own OpenAPI description where that is at hand, and the limits that it leaves out."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import referencing
import referencing.jsonschema

DESCRIPTION = Path(__file__).parents[4] / "shared/data/specs/discord/openapi.json"

V2 = 1 << 15
"""The flag of messages that are made of components alone."""

_COMMAND_NAME = re.compile(r"^[-_'\w]{1,32}$")
_LOCALES = {"ko", "en-US", "en-GB", "ja", "zh-CN", "zh-TW", "de", "fr", "es-ES"}


@cache
def _description() -> Mapping[str, Any] | None:
    return json.loads(DESCRIPTION.read_text(encoding="utf-8")) if DESCRIPTION.is_file() else None


@cache
def _registry() -> referencing.Registry[Any]:
    resource = referencing.jsonschema.DRAFT202012.create_resource(_description())
    registry: referencing.Registry[Any] = referencing.Registry().with_resource("urn:discord", resource)
    return registry


@cache
def _validator(method: str, template: str) -> jsonschema.Draft202012Validator | None:
    description = _description()
    assert description is not None
    operation = description["paths"][template].get(method.lower(), {})
    if "requestBody" not in operation:
        return None
    pointer = f"/paths/{template.replace('~', '~0').replace('/', '~1')}/{method.lower()}/requestBody"
    pointer += "/content/application~1json/schema"
    return jsonschema.Draft202012Validator({"$ref": f"urn:discord#{pointer}"}, registry=_registry())


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    description = _description()
    assert description is not None
    exact_first = sorted(description["paths"], key=lambda template: template.count("{"))
    return tuple((re.compile(re.sub(r"\{\w+\}", "[^/]+", template)), template) for template in exact_first)


def is_described() -> bool:
    """Whether Discord's own description is there to compare with."""
    return _description() is not None


def problems(method: str, path: str, body: Any) -> Iterator[str]:
    """What Discord would refuse in a call; a body is already decoded JSON, or None."""
    if is_described():
        template = next((template for pattern, template in _templates() if pattern.fullmatch(path)), None)
        if template is None:
            yield f"{method} {path}: there is no such address"
            return
        validator = _validator(method, template)
        if validator is not None and body is not None:
            for error in validator.iter_errors(_with_text_ids(body)):
                deepest = jsonschema.exceptions.best_match([error]) or error
                yield f"{method} {template}: {deepest.json_path}: {deepest.message[:300]}"
    yield from (f"{method} {path}: {problem}" for problem in _beyond(path, body))


def _beyond(path: str, body: Any) -> Iterator[str]:
    if isinstance(body, list) and path.endswith("/commands"):
        for command in body:
            yield from _command(command)
        if len({(command["name"], command.get("type", 1)) for command in body}) != len(body):
            yield "two commands of one name"
    if isinstance(body, dict):
        message = body.get("data") if "callback" in path else body
        if isinstance(message, dict):
            yield from _message(message)


def _command(command: Mapping[str, Any]) -> Iterator[str]:
    is_typed = command.get("type", 1) == 1
    for name in (command["name"], *(command.get("name_localizations") or {}).values()):
        if is_typed and (not _COMMAND_NAME.match(name) or name != name.lower()):
            yield f"no name of a command: {name}"
        if len(name) > 32:
            yield f"a name of more than 32 characters: {name}"
    for described in (command, *command.get("options", ())):
        texts = [described.get("description") or "", *(described.get("description_localizations") or {}).values()]
        if is_typed and not all(1 <= len(text) <= 100 for text in texts):
            yield f"a description that is missing or too long: {described['name']}"
        for table in ("name_localizations", "description_localizations"):
            if set(described.get(table) or {}) - _LOCALES:
                yield f"an unknown locale in {described['name']}"
    for option in command.get("options", ()):
        if not _COMMAND_NAME.match(option["name"]):
            yield f"no name of an option: {option['name']}"
        if len(option.get("choices", ())) > 25:
            yield f"more than 25 choices: {option['name']}"


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    parts = list(every_component(message.get("components") or []))
    allowed = message.get("allowed_mentions")
    if ("content" in message or parts) and (allowed is None or allowed.get("parse") != []):
        yield "mentions are not switched off"
    if len(message.get("content") or "") > 2_000:
        yield "more than 2,000 characters of content"
    if (message.get("flags") or 0) & V2 and (message.get("content") or message.get("embeds")):
        yield "content beside components of the second kind"
    if any(part["type"] >= 9 for part in parts) and not (message.get("flags") or 0) & V2:
        yield "components of the second kind without their flag"
    if len(parts) > 40:
        yield f"{len(parts)} components"
    if sum(len(part["content"]) for part in parts if part["type"] == 10) > 4_000:
        yield "more than 4,000 characters in components"
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(ids) != len(set(ids)):
        yield "two components of one custom_id"
    if any(not 1 <= len(each) <= 100 for each in ids):
        yield "a custom_id of no or more than 100 characters"
    for part in parts:
        yield from _component(part)


def _component(part: Mapping[str, Any]) -> Iterator[str]:
    match part["type"]:
        case 1:
            if not 1 <= len(part["components"]) <= 5:
                yield "a row of no or more than five"
        case 2:
            if (part["style"] == 5) != ("url" in part):
                yield "a link button without address, or another one with it"
            if not 1 <= len(part.get("label") or "") <= 80:
                yield "a button's label of no or more than 80 characters"
        case 3:
            values = [option["value"] for option in part["options"]]
            if not 1 <= len(values) <= 25 or len(values) != len(set(values)):
                yield "a select of no, equal or more than 25 options"
            if sum(bool(option.get("default")) for option in part["options"]) > part.get("max_values", 1):
                yield "more chosen options than may be"
            if any(not 1 <= len(option["label"]) <= 100 or len(option["value"]) > 100 for option in part["options"]):
                yield "an option of no or more than 100 characters"
        case 9:
            if "accessory" not in part or not 1 <= len(part["components"]) <= 3:
                yield "a section with nothing beside it, or of no or more than three texts"
        case 10:
            if not part["content"]:
                yield "an empty text"
        case 11:
            if not part["media"]["url"].startswith(("https://", "attachment://")) or not part.get("description"):
                yield "a thumbnail without address or alternative text"
        case _:
            pass


def every_component(components: list[Any]) -> Iterator[Mapping[str, Any]]:
    """All components, nested ones too."""
    for part in components:
        yield part
        yield from every_component(part.get("components", []))
        if "accessory" in part:
            yield from every_component([part["accessory"]])


def _with_text_ids(value: Any, key: str = "", around: str = "") -> Any:
    """Ids as text: discord.py sends numbers, which Discord takes as well. A component's own ``id`` stays one."""
    if isinstance(value, dict):
        return {name: _with_text_ids(each, name, key) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_text_ids(each, key, around) for each in value]
    is_id = isinstance(value, int) and not isinstance(value, bool) and (key == "id" or key.endswith("_id"))
    return str(value) if is_id and (value > 1 << 32 or around == "attachments") else value
