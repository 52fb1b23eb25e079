"""Example records of an imaginary Chinese hospital, and the small package of profiles that they follow."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def package_folder() -> Path:
    """The package of profiles, code systems and value sets."""
    return Path(str(files(__name__) / "package"))


def records_folder() -> Path:
    """The records: some right, most wrong in a way that happens."""
    return Path(str(files(__name__) / "records"))
