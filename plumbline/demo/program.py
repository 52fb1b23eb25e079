"""How this program was called, for commands that are shown to be copied."""

from __future__ import annotations

import os
import sys


def program() -> str:
    """The program as it was called, where that names it."""
    called = sys.argv[0]
    return called if os.path.basename(called).startswith("plumbline") else "plumbline"
