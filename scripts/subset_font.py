"""Cut the mood calendar's font out of Noto Sans CJK: matplotlib's own fonts have no Hangul, and neither may a machine.

Keeps the letters of the ``calendar_…`` sentences in bot/locales and ASCII; run it again when those sentences change (a
test says so). The same font gives the same file, byte for byte.

    apt-get install fonts-noto-cjk
    python scripts/subset_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc
"""

import argparse
import string
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

from bot.domain import Language
from bot.phrases import load_phrases

FAMILY: Final = "Noto Sans CJK KR"
TARGET: Final = Path("adapters/diary/calendar.otf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path, help="NotoSansCJK-….ttc, all regions in one file")
    arguments = parser.parse_args()

    font = korean_face(arguments.collection)
    letters = letters_of_the_calendar()
    subsetter = Subsetter(Options(hinting=False, layout_features=[], name_IDs=["*"], drop_tables=["vhea", "vmtx"]))
    subsetter.populate(text="".join(letters))
    subsetter.subset(font)
    font.save(TARGET)
    print(f"{TARGET}: {len(letters)} letters, {TARGET.stat().st_size:,} bytes")


def korean_face(collection: Path) -> TTFont:
    """The face of a collection that draws its letters as Koreans expect."""
    for face in TTCollection(collection, lazy=True).fonts:
        if face["name"].getDebugName(1) == FAMILY:
            face.recalcTimestamp = False
            return face
    raise SystemExit(f"{collection}: has no {FAMILY}")


def letters_of_the_calendar() -> set[str]:
    """Every letter that a calendar may show."""
    sentences = load_phrases().sentences
    said = (
        line
        for language in Language
        for key, lines in sentences[language].items()
        if key.startswith("calendar_")
        for line in lines
    )
    return set(string.ascii_letters + string.digits + string.punctuation + " ").union(*said)


if __name__ == "__main__":
    main()
