"""Write the entries of a lock file that another lock does not have, so that environments can be layered."""

import re
import sys
from pathlib import Path

CUDA = re.compile(r"(nvidia|cuda|triton)\b")
"""What PyTorch's default Linux build needs and its CPU build does not: left to pip."""


def entries(lock: Path) -> dict[str, str]:
    """Requirement line (name, version and marker) to the whole entry with its hashes and comments."""
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
    return {block.split("\\")[0].split("\n")[0].strip(): block for block in blocks if block[:1].isalnum()}


def main() -> None:
    base, whole, result = map(Path, sys.argv[1:4])
    known = entries(base)
    left = (block for line, block in entries(whole).items() if line not in known and not CUDA.match(line))
    result.write_text("".join(left), encoding="utf-8")


if __name__ == "__main__":
    main()
