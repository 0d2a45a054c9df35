"""Every command, as a process, with the embedded bundles and an empty data directory."""

import asyncio
import contextlib
import csv
import fcntl
import io
import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import termios
import unicodedata
from pathlib import Path

import pytest

from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
from ml.emotion.dataset import row_hash
from tests.e2e.process import environment, run

NASTY = [
    "",
    "\u200b\u200d",
    "\ud800 슬퍼",
    unicodedata.normalize("NFD", "너무 슬퍼"),
    "슬퍼 " * 5_000,
    "😭😭",
    "\x00\x1b[31m",
    "[SEP]",
]
SAD = {
    "danceability": 0.4,
    "acousticness": 0.9,
    "energy": 0.2,
    "instrumentalness": 0.0,
    "liveness": 0.1,
    "valence": 0.2,
    "loudness": -10.5,
    "speechiness": 0.03,
    "tempo": 82.0,
}


def test_read_gives_one_object_a_line_in_order_and_echoes_nothing(data_dir: Path) -> None:
    lines = [
        "오늘 면접 망해서 너무 속상해",
        "드디어 합격해서 너무 기뻐",
        "다른 곡 들려줘",
        "죽고 싶어",
        "배고파 죽겠다",
    ]
    done = run(data_dir, "read", given="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["index"] for row in told] == [0, 1, 2, 3, 4]
    assert [row["emotion"] for row in told[:2]] == ["슬픔", "기쁨"]
    assert [row["decision"] for row in told[2:4]] == ["intent:more", "safety:explicit"]
    for row in told:
        assert sum(row["scores"].values()) == pytest.approx(1, abs=1e-4)
        assert sum(row["moods"].values()) == pytest.approx(1, abs=1e-4)
    assert not any(word in done.stdout + done.stderr for line in lines for word in line.split())


def test_read_jsonl_takes_any_character(data_dir: Path) -> None:
    done = run(data_dir, "read", "--jsonl", given="".join(json.dumps({"text": text}) + "\n" for text in NASTY))
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["index"] for row in told] == list(range(len(NASTY)))
    assert told[3]["emotion"] == "슬픔"
    assert [row["decision"] for row in told[:2]] == ["neutral", "neutral"]


def test_read_takes_bytes_that_are_no_text_and_many_lines(data_dir: Path) -> None:
    done = run(data_dir, "read", given=b"\xff\xfe\x80\n" + "너무 슬퍼\n".encode() * 600)
    assert len(done.stdout.splitlines()) == 601


@pytest.mark.parametrize("line", ["not json", "[]", "{}", '{"text": 5}'])
def test_a_line_that_is_no_utterance_is_named_and_not_quoted(data_dir: Path, line: str) -> None:
    done = run(data_dir, "read", "--jsonl", given='{"text": "슬퍼"}\n' + line + "\n")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.startswith("smoody: line 2: ")
    assert len(done.stderr.splitlines()) == 1


def test_mood_tags_features(data_dir: Path) -> None:
    done = run(data_dir, "mood", given=json.dumps(SAD) + "\n")
    (told,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert told["mood"] == "Sad"
    assert sum(told["scores"].values()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("change", "named"), [({"tempo": None}, "tempo"), ({"energy": 61}, "energy"), ({"valence": "high"}, "valence")]
)
def test_mood_refuses_bad_features_by_name(data_dir: Path, change: dict[str, object], named: str) -> None:
    done = run(data_dir, "mood", given=json.dumps({**SAD, **change}) + "\n")
    assert done.returncode == 1
    assert "line 1" in done.stderr
    assert named in done.stderr


def test_recommend_picks_five_distinct_artists_and_a_seed_repeats_them(data_dir: Path) -> None:
    first, again, other = (
        json.loads(run(data_dir, "recommend", "--mood", "Sad", "--count", "5", "--seed", seed, "--json").stdout)
        for seed in ("1", "1", "2")
    )
    assert first == again
    assert first != other
    assert len({card["artist"] for card in first}) == 5
    assert {card["mood"] for card in first} == {"Sad"}


def test_recommend_refuses_a_mood_that_is_none(data_dir: Path) -> None:
    assert run(data_dir, "recommend", "--mood", "Angry").returncode == 2


def test_chat_answers_a_pipe_line_by_line(data_dir: Path) -> None:
    done = run(data_dir, "chat", given="오늘 면접 망해서 너무 속상해\n다른 곡\n/like 1\n/similar 2\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("https://open.spotify.com/track/") == 15
    assert "기억해 둘게요" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("ending", [b"/quit\n", b"\x03", b"\x04"], ids=["quit", "Ctrl+C", "Ctrl+D"])
def test_chat_on_a_terminal_greets_answers_and_ends_quietly(data_dir: Path, ending: bytes) -> None:
    terminal, inside = pty.openpty()
    command = [sys.executable, "-m", "bot", "chat"]
    with subprocess.Popen(  # noqa: S603  # our own words
        command,
        env=environment(data_dir),
        cwd=data_dir,
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl+C reaches it
    ) as process:
        os.close(inside)
        told = read_until(terminal, "안녕하세요")
        os.write(terminal, "너무 슬퍼\n".encode())
        told += read_until(terminal, "/quit")
        os.write(terminal, ending)
        assert process.wait(10) in {0, 130, -signal.SIGINT}
    told += read_until(terminal, None)
    assert "https://open.spotify.com/track/" in told
    assert "Fatal" not in told
    assert "Traceback" not in told


def read_until(terminal: int, words: str | None) -> str:
    """What a terminal shows until certain words come, or until nothing more does."""
    told = b""
    while select.select([terminal], [], [], 15 if words else 0.5)[0]:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # the other end is closed
            break
        told += piece
        if not piece or (words and words in told.decode("utf-8", "replace")):
            break
    return told.decode("utf-8", "replace")


def test_the_catalogue_goes_out_and_comes_in_again(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    assert run(data_dir, "catalogue", "export", str(file)).returncode == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert len(rows) >= 1_500
    mine = tmp_path / "mine.csv"
    mine.write_text("id,title,artists,mood\nfile:1,내 노래,나,Calm\n", encoding="utf-8")
    done = run(data_dir, "catalogue", "import", str(mine))
    assert "1 new, 0 changed" in done.stdout
    assert "0 new, 0 changed, 1600 as before" in run(data_dir, "catalogue", "import", str(file)).stdout
    edited = file.read_text(encoding="utf-8").replace(f",{rows[0]['title']},", ",고친 제목,", 1)
    file.write_text(edited, encoding="utf-8")
    assert "0 new, 1 changed" in run(data_dir, "catalogue", "import", str(file)).stdout
    assert "고친 제목" in run(data_dir, "catalogue", "export").stdout
    assert "file:1,내 노래,나" in run(data_dir, "catalogue", "export").stdout
    assert "Calm" in run(data_dir, "catalogue", "stats").stdout


def test_an_import_changes_no_track_that_a_source_holds_and_says_so(data_dir: Path) -> None:
    run(data_dir, "recommend", "--mood", "Calm")
    with contextlib.closing(sqlite3.connect(data_dir / "smoody.db")) as database, database:
        (held,) = database.execute("SELECT max(id) FROM tracks").fetchone()
        database.execute("UPDATE tracks SET origin = 'playlists' WHERE id = ?", (held,))
    file = data_dir / "mine.csv"
    row = "고친 제목,나,Calm\n"
    file.write_text(f"id,title,artists,mood\n{held},{row}file:1,{row}", encoding="utf-8")
    for expected in ("1 new, 0 changed, 0 as before", "0 new, 0 changed, 1 as before"):
        done = run(data_dir, "catalogue", "import", str(file))
        assert f"2 tracks read: {expected}\n1 stay as they are" in done.stdout
    assert f"{held},고친 제목" not in run(data_dir, "catalogue", "export").stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "first line"),
        ("id,title\nx,y\n", "artists"),
        ("id,title,artists\nf:x,y,z\n", "line 2"),
        ("id,title,artists,mood\nf:x,y,z,Angry\n", "line 2"),
        ("id,title,artists,mood\nf:x,y,z,Calm\nf:x,y,z,Calm\n", "line 3"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_by_line(
    data_dir: Path, tmp_path: Path, content: str, told: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    done = run(data_dir, "catalogue", "import", str(file))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_is_migrated_checked_and_backed_up(data_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run(data_dir, "db", "check").returncode == 1
    assert run(data_dir, "db", "migrate").stdout == "migrated\n"
    assert run(data_dir, "db", "migrate").stdout.startswith("already")
    assert run(data_dir, "db", "check").stdout == "ok\n"
    assert run(data_dir, "db", "backup", str(copy)).returncode == 0
    with sqlite3.connect(copy) as backup:
        assert backup.execute("SELECT count(*) FROM catalogue_state").fetchone() == (1,)
    backup.close()
    assert run(data_dir, "db", "backup", str(copy)).returncode == 1


def test_doctor_is_well_on_an_empty_machine_and_names_what_is_not(data_dir: Path) -> None:
    done = run(data_dir, "doctor")
    assert done.returncode == 0, done.stdout
    assert list(data_dir.iterdir()) == []
    run(data_dir, "recommend", "--mood", "Calm")
    assert run(data_dir, "doctor").returncode == 0
    broken = run(data_dir, "doctor", SMOODY_WEB__PROT="1")
    assert broken.returncode == 1
    assert "SMOODY_WEB__PROT" in broken.stdout


def test_doctor_changes_nothing_in_an_old_database_and_says_how_to_migrate_it(data_dir: Path) -> None:
    file = data_dir / "smoody.db"

    async def make() -> None:
        async with open_database(f"sqlite+aiosqlite:///{file}") as database:
            await migrate(database, to="0002")

    asyncio.run(make())
    before = file.read_bytes()
    done = run(data_dir, "doctor")
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert [line.split()[1] for line in failed] == ["database", "catalogue", "refresh"]
    assert all("smoody db migrate" in line for line in failed)
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == before


def test_doctor_tells_of_empty_shelves_and_fills_none(data_dir: Path) -> None:
    run(data_dir, "db", "migrate")
    for _ in range(2):
        assert "FAIL  catalogue  a shelf is empty" in run(data_dir, "doctor").stdout


def test_doctor_finds_a_schedule_that_would_stop_the_start(data_dir: Path) -> None:
    done = run(data_dir, "doctor", SMOODY_REFRESH__CRON="99 4 * * *")
    assert done.returncode == 1
    assert "FAIL  refresh    SMOODY_REFRESH__CRON" in done.stdout


@pytest.mark.parametrize("where", ["/proc/x", "/sys", "a file", "below a file"])
def test_doctor_says_of_a_data_directory_that_cannot_be_used_what_a_start_would(data_dir: Path, where: str) -> None:
    file = data_dir / "notes.txt"
    file.touch()
    folder = {"a file": str(file), "below a file": str(file / "data")}.get(where, where)
    started = run(data_dir, "run", SMOODY_DATA_DIR=folder)
    assert started.returncode == 78
    assert len(started.stderr.splitlines()) == 1
    done = run(data_dir, "doctor", SMOODY_DATA_DIR=folder)
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert [line.split()[1] for line in failed] == ["secret", "database"]
    assert all(folder in line and "name a folder that this account can write in" in line for line in failed)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mode", [0o500, 0o000], ids=["read only", "closed"])
def test_doctor_says_of_a_data_directory_of_somebody_else_how_to_mend_it(data_dir: Path, mode: int) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode)
    powerless = []
    if os.geteuid() == 0:  # whom permissions do not stop
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is not installed (Debian: util-linux)")
        powerless = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]
    done = subprocess.run(  # noqa: S603  # our own words
        [*powerless, sys.executable, "-m", "bot", "doctor"],
        env={**environment(data_dir), "SMOODY_DATA_DIR": str(closed)},
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    failed = {line.split()[1]: line for line in done.stdout.splitlines() if line.startswith("FAIL")}
    for what in ("secret", "database"):
        assert f"{closed} cannot be used (Permission denied): name a folder" in failed[what]


def test_doctor_refuses_an_admin_token_that_is_soon_guessed(data_dir: Path) -> None:
    weak = run(data_dir, "doctor", SMOODY_WEB__ADMIN_TOKEN="letmein-letmein")
    assert weak.returncode == 1
    (line,) = [line for line in weak.stdout.splitlines() if line.startswith("FAIL")]
    assert 'python -c "import secrets; print(secrets.token_urlsafe())"' in line
    assert "letmein" not in weak.stdout
    assert run(data_dir, "doctor", SMOODY_WEB__ADMIN_TOKEN="letmein-letmein!").returncode == 0


def test_playlists_for_listeners_need_an_application_at_spotify(data_dir: Path) -> None:
    people = {"SMOODY_SPOTIFY__PLAYLISTS_FOR": "telegram:1,discord:2"}
    for command in ("doctor", "run"):
        done = run(data_dir, command, **people)
        assert "SMOODY_SPOTIFY__PLAYLISTS_FOR: needs SMOODY_SPOTIFY__CLIENT_ID" in done.stdout + done.stderr
        assert done.returncode != 0
    well = run(
        data_dir, "doctor", **people, SMOODY_SPOTIFY__CLIENT_ID="x", SMOODY_WEB__PUBLIC_URL="https://smoody.example"
    )
    assert "for 2 of at most 5 people" in well.stdout
    assert "https://smoody.example/spotify/playlist" in well.stdout
    refused = run(data_dir, "doctor", SMOODY_SPOTIFY__PLAYLISTS_FOR="somebody")
    assert "SMOODY_SPOTIFY__PLAYLISTS_FOR" in refused.stdout


@pytest.mark.parametrize("content", ["", "track\n", "track\n0heJlRkloNhkrBU9ROnM9Y\nhello\n"])
def test_a_file_that_no_refresh_could_read_is_no_source(data_dir: Path, content: str) -> None:
    file = data_dir / "bad.csv"
    file.write_text(content, encoding="utf-8")
    done = run(data_dir, "playlists", "add", str(file))
    assert done.returncode == 1
    assert done.stderr.startswith("smoody: bad.csv: ")
    assert ("row 3" in done.stderr) == ("hello" in content)
    assert len(done.stderr.splitlines()) == 1
    assert "no source yet" in run(data_dir, "playlists", "list").stdout


def test_a_file_whose_name_no_database_could_keep_is_no_source(data_dir: Path) -> None:
    file = data_dir / "list\udcff.csv"
    file.write_text("track\n0heJlRkloNhkrBU9ROnM9Y\n", encoding="utf-8")
    done = run(data_dir, "playlists", "add", str(file))
    assert done.returncode == 1
    assert "UTF-8" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_doctors_report_can_be_pasted_anywhere(data_dir: Path) -> None:
    done = run(data_dir, "doctor", "--report", SMOODY_TELEGRAM__TOKEN="1:hidden-word")
    assert "hidden-word" not in done.stdout + done.stderr
    assert {"smoody", "python", "findings", "settings"} <= json.loads(done.stdout).keys()


def test_a_bundle_is_told_verified_and_installed(data_dir: Path) -> None:
    told = json.loads(run(data_dir, "model", "info").stdout)
    assert told["labels"][:5] == ["기쁨", "슬픔", "당황", "분노", "불안"]
    assert run(data_dir, "model", "verify", told["directory"]).stdout.startswith("ok")
    assert run(data_dir, "model", "install", told["directory"]).returncode == 0
    assert json.loads(run(data_dir, "model", "info").stdout)["directory"] == str(Path(data_dir.name) / "bundle") or (
        json.loads(run(data_dir, "model", "info").stdout)["directory"].startswith(str(data_dir))
    )
    assert run(data_dir, "model", "verify", str(data_dir)).returncode == 78


def test_a_bundle_that_an_install_which_died_left_aside_is_not_lost(data_dir: Path) -> None:
    embedded = json.loads(run(data_dir, "model", "info").stdout)["directory"]
    left_aside = data_dir / "bundle.going"
    shutil.copytree(embedded, left_aside)
    run(data_dir, "model", "install", str(data_dir / "nothing"))
    assert (left_aside / "manifest.json").is_file()
    done = run(data_dir, "model", "install", str(left_aside))
    assert done.returncode == 0, done.stderr
    assert [file.name for file in data_dir.iterdir()] == ["bundle"]
    assert run(data_dir, "model", "verify", str(data_dir / "bundle")).stdout.startswith("ok")
    assert run(data_dir, "model", "install", str(data_dir / "bundle")).returncode == 0
    assert [file.name for file in data_dir.iterdir()] == ["bundle"]


def test_what_is_kept_of_a_listener_is_given_out_and_forgotten(data_dir: Path) -> None:
    run(data_dir, "chat", given="오늘 면접 망해서 너무 속상해\n/like 1\n")
    told = json.loads(run(data_dir, "listener", "export", "console", "local").stdout)
    assert len(told["shown"]) == 5
    assert [vote["vote"] for vote in told["votes"]] == ["like"]
    assert "속상" not in json.dumps(told, ensure_ascii=False)
    assert run(data_dir, "listener", "forget", "console", "local", "--yes").stdout == "8 rows removed\n"
    left = json.loads(run(data_dir, "listener", "export", "console", "local").stdout)
    assert (left["first_seen_at"], left["shown"], left["votes"], left["wishes"]) == (None, [], [], [])


def test_a_listener_nobody_knows_is_told(data_dir: Path) -> None:
    done = run(data_dir, "listener", "forget", "web", "1", "--yes")
    assert (done.returncode, "nobody was met yet" in done.stderr) == (1, True)
    assert list(data_dir.iterdir()) == []
    run(data_dir, "chat", given="")
    assert "nothing is kept" in run(data_dir, "listener", "forget", "web", "1", "--yes").stderr
    assert run(data_dir, "listener", "forget", "telegarm", "1", "--yes").returncode == 2


def test_recommend_knows_what_a_listener_was_shown(data_dir: Path) -> None:
    run(data_dir, "chat", given="오늘 면접 망해서 너무 속상해\n/dislike 1\n")
    told = json.loads(run(data_dir, "listener", "export", "console", "local").stdout)
    cards = run(
        data_dir, "recommend", "--mood", "Sad", "--count", "100", "--listener", "console:local", "--json"
    ).stdout
    shown = {track["track_id"] for track in told["shown"]}
    assert not shown & {card["id"] for card in json.loads(cards)}
    assert run(data_dir, "recommend", "--mood", "Sad", "--listener", "local").returncode == 2


def test_files_are_for_their_owner_only(data_dir: Path, tmp_path: Path) -> None:
    run(data_dir, "chat", given="")
    run(data_dir, "db", "backup", str(tmp_path / "copy.db"))
    for file in (data_dir / "listener.secret", data_dir / "smoody.db", tmp_path / "copy.db"):
        assert file.stat().st_mode & 0o777 == 0o600, file


def test_a_secret_that_is_none_stops_the_start(data_dir: Path) -> None:
    (data_dir / "listener.secret").write_text("zz", encoding="ascii")
    done = run(data_dir, "chat", given="")
    assert done.returncode == 78
    assert "listener.secret" in done.stderr


def test_a_database_that_is_none_is_one_line_for_every_command(data_dir: Path) -> None:
    (data_dir / "smoody.db").write_text("a diary rather than a database\n" * 60, encoding="utf-8")
    for command in (["db", "check"], ["doctor"], ["run"], ["recommend", "--mood", "Sad"]):
        done = run(data_dir, *command)
        assert done.returncode in {1, 78}, command
        assert "Traceback" not in done.stderr
        assert "database" in done.stdout + done.stderr


def test_evaluate_measures_on_labelled_files(data_dir: Path, tmp_path: Path) -> None:
    sentences = tmp_path / "sentences.csv"
    sentences.write_text("text,label\n너무 슬퍼서 눈물만 나,슬픔\n진짜 화가 나,분노\n", encoding="utf-8")
    assert "| 2 | 1.000 |" in run(data_dir, "evaluate", "emotion", str(sentences)).stdout
    chatbot, labels = tmp_path / "ChatbotData.csv", tmp_path / "labels.tsv"
    chatbot.write_text("Q,A,label\n너무 슬퍼서 눈물만 나,힘내세요,0\n안녕,안녕,0\n", encoding="utf-8")
    labels.write_text(f"{row_hash('너무 슬퍼서 눈물만 나')}\t슬픔\n", encoding="utf-8")
    report = ("--labels", str(labels), "--report", str(tmp_path / "report"))
    told = run(data_dir, "evaluate", "emotion", str(chatbot), *report).stdout
    assert ("| 1 | 1.000 |" in told, "median" in told) == (True, True)
    written = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert written["slices"]["ChatbotData"]["accuracy"] == 1.0
    tracks = tmp_path / "tracks.jsonl"
    tracks.write_text(json.dumps({**SAD, "mood": "Sad"}) + "\n", encoding="utf-8")
    assert json.loads(run(data_dir, "evaluate", "moods", str(tracks)).stdout)["accuracy"] == 1.0
    for command, content in (
        ("emotion", "a,b\n"),
        ("emotion", "text,label\nx,분노함\n"),
        ("moods", "{}\n"),
        ("moods", "["),
    ):
        tracks.write_text(content, encoding="utf-8")
        done = run(data_dir, "evaluate", command, str(tracks))
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr


def test_nothing_to_serve_is_told(data_dir: Path) -> None:
    done = run(data_dir, "run", "--only", "telegram")
    assert (done.returncode, "SMOODY_TELEGRAM__TOKEN" in done.stderr) == (78, True)


def test_read_says_what_is_decided_by_rules_and_by_the_model(data_dir: Path) -> None:
    lines = [
        "2번이랑 비슷한 거 더 줘",
        "내 기록 싹 다 지워줘",
        "공부할 때 틀어놓을 잔잔한 음악",
        "다 정리했고 이제 그만 살려고 해",
    ]
    done = run(data_dir, "read", given="\n".join(lines) + "\n")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["decision"] for row in told] == [
        "intent:similar",
        "intent:forget",
        "intent:request_mood",
        "safety:explicit",
    ]
    assert told[2]["mood"] == "Calm"


def test_wishes_and_safety_are_measured_on_any_labelled_file(data_dir: Path, tmp_path: Path) -> None:
    wishes, cries, wrong = tmp_path / "wishes.csv", tmp_path / "cries.tsv", tmp_path / "wrong.tsv"
    wishes.write_text("text,label\n다른 곡 들려줘,more\n너무 속상해,none\n", encoding="utf-8")
    cries.write_text("explicit\t죽고 싶어\nidiom\t배고파 죽겠다\n", encoding="utf-8")
    wrong.write_text("boredom\t심심해\n", encoding="utf-8")
    assert "accuracy 1.000 over 2 sentences" in run(data_dir, "evaluate", "intents", str(wishes)).stdout
    assert "| explicit | 1 | 1.000 |" in run(data_dir, "evaluate", "safety", str(cries)).stdout
    refused = run(data_dir, "evaluate", "safety", str(wrong))
    assert refused.returncode == 1
    assert "wrong.tsv:1: unknown label" in refused.stderr
