"""The tables beside this module, as they are written."""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).parent


def lines(name: str) -> list[dict[str, str]]:
    """The lines of a table below its head, by column."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
