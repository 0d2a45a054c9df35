"""The one place that reads the environment: a frozen value that `__main__` reads once and passes down."""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from bot.domain import Language
from bot.errors import SettingsRefused
from bot.setting_problems import in_words

PREFIX: Final = "SMOODY_"
DATABASE_FILE: Final = "smoody.db"


def _ids(value: object) -> object:
    """Operators write ``123,456``, ``[123, 456]`` or one number."""
    if isinstance(value, int):
        return (value,)
    if isinstance(value, str):
        return tuple(part for part in (each.strip(" \"'") for each in value.strip(" []").split(",")) if part)
    return value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):  # a folder of zones is no zone
        raise ValueError(f"there is no time zone {name[:40]!r}") from None
    return name


Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)]
Listeners = Annotated[
    tuple[Annotated[str, Field(pattern=r"^(web:\S+|(telegram|discord):\d+)$")], ...], NoDecode, BeforeValidator(_ids)
]
"""People by platform and id there: ``telegram:123,discord:456``."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelSettings(_Section):
    """Which emotion bundle reads, and with how many threads."""

    dir: Path | None = None
    """A bundle's directory; the embedded bundle when not set."""
    threads: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=64)
    """Single-threaded workers; as many as there are cores is best."""


class WebSettings(_Section):
    """The web server: chat page, health, and what other platforms need of it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    """0 takes a free port."""
    public_url: HttpUrl | None = None
    """Where the server is reached from outside, when it is."""
    admin_token: SecretStr | None = None


class TelegramSettings(_Section):
    """A Telegram bot; on when there is a token."""

    token: SecretStr | None = None
    admins: Ids = ()
    api_base: str = "https://api.telegram.org"
    """Up to and without ``/bot<token>``."""
    file_base: str = "https://api.telegram.org/file"
    webhook_secret: SecretStr | None = Field(default=None, max_length=256)
    """With ``SMOODY_WEB__PUBLIC_URL``: updates come by webhook instead of being asked for. A-Z a-z 0-9 _ - only."""
    daily_answers: int = Field(default=300, ge=1)
    """Answers that one listener gets in a day; help in need and everything about privacy are not counted."""


class DiscordSettings(_Section):
    """A Discord application; on when there is a token."""

    token: SecretStr | None = None
    admins: Ids = ()
    api_base: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg"
    shards: int | None = Field(default=None, ge=1)
    """How many connections all processes together have; one that is no shard when not set."""
    shard_ids: Ids = ()
    """Which of the shards this process has, counted from 0; all of them when not set."""


class SpotifySettings(_Section):
    """The operator's own Spotify application, for refreshes."""

    client_id: str | None = None
    client_secret: SecretStr | None = None
    redirect_uri: str = "http://127.0.0.1:8080/spotify/callback"
    api_base: str = "https://api.spotify.com/v1/"
    accounts_base: str = "https://accounts.spotify.com"
    legacy_audio_features: bool = False
    """Only for applications from before November 2024: newer ones are refused."""
    calls_a_day: int = Field(default=300, ge=1)
    """After so many calls within a day Spotify is left alone; it ends an account's day unannounced at some hundreds."""
    playlists_for: Listeners = ()
    """Who can have playlists in their own Spotify account; each must be on the application's user list, too."""


class ReccoBeatsSettings(_Section):
    """Where audio features are looked up."""

    api_base: str = "https://api.reccobeats.com"


class OEmbedSettings(_Section):
    """Where titles and artwork are looked up."""

    api_base: str = "https://open.spotify.com/oembed"
    lookups: bool = True
    """Whether album art that is missing is looked up in the background, one track a second."""


class RefreshSettings(_Section):
    """When playlists are read again."""

    cron: str = Field(default="30 4 * * *", pattern=r"^\s*\S+(\s+\S+){4}\s*$")
    """Minute, hour, day, month, day of the week."""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Seoul"
    largest_shrink: float = Field(default=0.5, ge=0, le=1)
    """The share of a shelf that one refresh may take away; with more the old catalogue is kept."""


class Settings(BaseSettings):
    """Everything that an operator can set, by environment or ``.env``; sections are joined by ``__``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",  # other programs' variables stand in the same .env; our own misspelt ones are found below
    )

    data_dir: Path = Path("data")
    """Where the database and the listener secret lie."""
    database_url: SecretStr | None = None
    """``postgresql+asyncpg://…`` for several processes; a SQLite file in ``data_dir`` when not set."""
    language: Language = Language.KOREAN
    """The language of listeners whose own is unknown."""
    log_format: Literal["auto", "json", "console"] = "auto"

    model: ModelSettings = ModelSettings()
    web: WebSettings = WebSettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    spotify: SpotifySettings = SpotifySettings()
    reccobeats: ReccoBeatsSettings = ReccoBeatsSettings()
    oembed: OEmbedSettings = OEmbedSettings()
    refresh: RefreshSettings = RefreshSettings()

    @property
    def database(self) -> str:
        """The address of the database in use, with its password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        from sqlalchemy import URL  # only who opens the database waits for it

        file = str((self.data_dir / DATABASE_FILE).resolve())
        return URL.create("sqlite+aiosqlite", database=file).render_as_string(hide_password=False)


def load_settings() -> Settings:
    """Read the settings from the environment and ``.env``.

    Raises:
        SettingsRefused: With one line for every unknown name, bad value or missing file; never with a secret.
    """
    given = {name.upper() for name in (*os.environ, *_dotenv_names())}
    known = setting_names()
    problems = [
        f"{name}: there is no such setting{_hint(name)}"
        for name in sorted(given)
        if name.startswith(PREFIX) and name not in known
    ]
    try:
        settings = Settings()
    except ValidationError as refused:
        raise SettingsRefused(*problems, *_lines(refused)) from None  # the cause holds the values, secrets among them
    except SettingsError:  # a section's own name with a value that is no JSON: it is among the unknown ones
        raise SettingsRefused(*problems) from None
    problems += _missing_files(settings)
    if problems:
        raise SettingsRefused(*problems)
    return settings


def setting_names() -> Mapping[str, str]:
    """Every name that can be set, with its default as text (empty for none)."""
    return dict(_names(Settings, PREFIX))


def _names(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, _Section):
            yield from _names(section, f"{prefix}{name.upper()}__")
        else:
            default = field.default if field.default_factory is None else ""
            yield f"{prefix}{name.upper()}", "" if default in (None, ()) else str(default)


def _dotenv_names() -> Iterator[str]:
    try:
        lines = Path(".env").read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise SettingsRefused(".env: save it as UTF-8") from None
    except OSError:
        return
    for line in lines:
        name, assigned, _ = line.strip().removeprefix("export ").partition("=")
        if assigned and not name.startswith("#"):
            yield name.strip()


def _hint(name: str) -> str:
    close = difflib.get_close_matches(name, setting_names(), n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _lines(refused: ValidationError) -> Iterator[str]:
    for problem in refused.errors(include_url=False, include_input=False):
        if problem["type"] == "extra_forbidden":
            continue  # told as an unknown name already
        name = "__".join(str(part).upper() for part in problem["loc"] if isinstance(part, str))
        yield f"{PREFIX}{name}: {in_words(name, problem)}"


def _missing_files(settings: Settings) -> Iterator[str]:
    if settings.model.dir is not None and not (settings.model.dir / "manifest.json").is_file():
        yield f"{PREFIX}MODEL__DIR: {settings.model.dir} is no model bundle, manifest.json is missing"


def redacted(settings: Settings) -> dict[str, Any]:
    """The settings as plain values with every secret hidden, for reports that may be pasted anywhere."""
    values = settings.model_dump(mode="json")
    if settings.database_url is not None:
        values["database_url"] = settings.database_url.get_secret_value().split("://")[0] + "://…"
    # On the web whoever has the cookie is that listener.
    values["spotify"]["playlists_for"] = [f"{each.partition(':')[0]}:…" for each in settings.spotify.playlists_for]
    return values
