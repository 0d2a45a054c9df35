"""The starter catalogue: what SMOODY plays before an operator has brought anything of their own."""

import hashlib
from pathlib import Path
from typing import Final

from adapters.catalogue_file import read_catalogue
from bot.domain import CatalogueChange
from bot.ports import CatalogueWriter

FILE: Final = Path(__file__).parent / "catalogue.csv"
ORIGIN: Final = "starter"


async def load_into(catalogue: CatalogueWriter) -> CatalogueChange | None:
    """Bring the starter catalogue into a database; None when this very one is there already."""
    content = FILE.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if await catalogue.digest_of(ORIGIN) == digest:
        return None
    return await catalogue.replace(ORIGIN, read_catalogue(content.decode("utf-8")), digest=digest)
