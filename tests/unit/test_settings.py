from pathlib import Path

import pytest

from bot.domain import Language
from bot.errors import SettingsRefused
from bot.settings import load_settings, redacted, setting_names

CONTRACT = (
    "DATA_DIR",
    "DATABASE_URL",
    "LANGUAGE",
    "LOG_FORMAT",
    "MODEL__DIR",
    "MODEL__THREADS",
    "WEB__HOST",
    "WEB__PORT",
    "WEB__PUBLIC_URL",
    "WEB__ADMIN_TOKEN",
    "TELEGRAM__TOKEN",
    "TELEGRAM__ADMINS",
    "TELEGRAM__API_BASE",
    "TELEGRAM__FILE_BASE",
    "TELEGRAM__WEBHOOK_SECRET",
    "DISCORD__TOKEN",
    "DISCORD__ADMINS",
    "DISCORD__API_BASE",
    "DISCORD__GATEWAY_URL",
    "SPOTIFY__CLIENT_ID",
    "SPOTIFY__CLIENT_SECRET",
    "SPOTIFY__REDIRECT_URI",
    "SPOTIFY__API_BASE",
    "SPOTIFY__ACCOUNTS_BASE",
    "SPOTIFY__LEGACY_AUDIO_FEATURES",
    "RECCOBEATS__API_BASE",
    "OEMBED__API_BASE",
    "REFRESH__CRON",
    "REFRESH__TIMEZONE",
)


def test_every_name_of_the_contract_is_a_setting() -> None:
    assert {f"SMOODY_{name}" for name in CONTRACT} <= set(setting_names())


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.language is Language.KOREAN
    assert settings.telegram.token is None
    assert settings.database == f"sqlite+aiosqlite:///{Path('data/smoody.db').resolve()}"


@pytest.mark.parametrize("written", ["12,34", "[12, 34]", '["12", "34"]', " 12 , 34 ,"])
def test_ids_may_be_written_as_people_write_them(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("SMOODY_TELEGRAM__ADMINS", written)
    assert load_settings().telegram.admins == (12, 34)


def test_one_id_is_a_list_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOODY_DISCORD__ADMINS", "12")
    assert load_settings().discord.admins == (12,)


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMOODY_TELEGRAM__TOKEN", "")
    assert load_settings().telegram.token is None


def test_all_problems_are_told_at_once_one_line_each_and_without_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SMOODY_WEB__PORT", "99999")
    monkeypatch.setenv("SMOODY_LANGUAGE", "fr")
    monkeypatch.setenv("SMOODY_TELEGRM__TOKEN", "12345:very-secret")
    monkeypatch.setenv("SMOODY_DISCORD__ADMINS", "me")
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    told = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 4
    assert all("\n" not in problem for problem in refused.value.problems)
    assert "SMOODY_TELEGRM__TOKEN: there is no such setting; did you mean SMOODY_TELEGRAM__TOKEN?" in told
    assert {"SMOODY_WEB__PORT", "SMOODY_LANGUAGE", "SMOODY_DISCORD__ADMINS"} <= {
        line.split(":")[0] for line in told.splitlines()
    }
    assert "very-secret" not in told


def test_a_bundle_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMOODY_MODEL__DIR", str(tmp_path))
    with pytest.raises(SettingsRefused, match=r"SMOODY_MODEL__DIR.*manifest\.json"):
        load_settings()


def test_a_dotenv_file_is_read_and_its_misspelt_names_are_told(tmp_path: Path) -> None:
    Path(".env").write_text("# comment\nSMOODY_LANGUAGE=en\nOTHER_PROGRAM=1\n", encoding="utf-8")
    assert load_settings().language is Language.ENGLISH
    Path(".env").write_text("export SMOODY_LANGAUGE=en\n", encoding="utf-8")
    with pytest.raises(SettingsRefused, match="did you mean SMOODY_LANGUAGE"):
        load_settings()


@pytest.mark.parametrize("name", ["SMOODY_WEB", "SMOODY_TELEGRAM"])
def test_a_section_is_no_setting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "12345:very-secret")
    with pytest.raises(SettingsRefused, match=f"{name}: there is no such setting") as refused:
        load_settings()
    assert "very-secret" not in str(refused.value)


def test_a_dotenv_file_of_another_encoding_is_told() -> None:
    Path(".env").write_bytes("SMOODY_LANGUAGE=ko # 한국어\n".encode("cp949"))
    with pytest.raises(SettingsRefused, match="UTF-8"):
        load_settings()


def test_a_report_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM__TOKEN", "DISCORD__TOKEN", "SPOTIFY__CLIENT_SECRET", "WEB__ADMIN_TOKEN"):
        monkeypatch.setenv(f"SMOODY_{name}", "hidden-value")
    monkeypatch.setenv("SMOODY_DATABASE_URL", "postgresql+asyncpg://me:hidden-value@127.0.0.1/x")
    assert "hidden" not in str(redacted(load_settings()))
    assert "hidden" not in repr(load_settings())
