"""Check any emotion bundle against what it was made from; exit code 1 if something disagrees.

    python scripts/check_emotion.py build/emotion/bundle --run build/emotion --base build/base

Without ``--run`` the network cannot be compared, without ``--base`` some tokenizers cannot; what was not checked is
said. The embedded bundle is checked when no other is named.
"""

import argparse
import sys
from pathlib import Path

from bot.errors import SmoodyError
from ml.emotion.parity import findings
from ml.emotion.runtime import EMBEDDED_BUNDLE

MARKS = {True: "ok         ", False: "DISAGREES  ", None: "not checked"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, nargs="?", default=EMBEDDED_BUNDLE)
    parser.add_argument("--run", type=Path, help="what training wrote: checkpoints beside the bundle")
    parser.add_argument("--base", type=Path, help="directory of the base; its tokenizer is the reference")
    args = parser.parse_args()
    passed = True
    try:
        for finding in findings(args.bundle, run=args.run, base=args.base):
            print(f"{MARKS[finding.passed]}  {finding.check}: {finding.detail}")
            passed = passed and finding.passed is not False
    except SmoodyError as cause:
        sys.exit(str(cause))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
