"""What a score needs of an entry of the log of evidence: who sent which record when, and what each rule said of it.

Bit masks stay the hexadecimal text that they are in the log: most records of a list share a few of them, so that they
are counted as they stand and looked into once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from fhir_kernel.store.records import Document

Asked = Sequence[Sequence[str]]
"""For each rule list that was asked: its digest, and the masks of the rules asked, failed, and of errors among them."""


_VALIDATED = "validated:"
"""Before the identity of what was only validated: it takes the place of nothing that was sent."""


class Sent(NamedTuple):
    """A version of a record, or a refused one."""

    institution: str
    product: str
    """`his#2.1`; empty where it is not known."""
    day: str
    """The local day on which it came, `2026-10-05`."""
    instant: str
    identity: str
    content: str
    patient: str
    lists: Asked
    resource: str
    """`Observation/1`; empty where nothing was kept."""
    version: int
    """0 where nothing was kept."""
    is_named: bool
    """Whether its identity is that of a business identifier."""


class Checked(NamedTuple):
    """What came of a rule that is no rule of records, such as a test of an interface."""

    institution: str
    product: str
    day: str
    rule: str
    passed: int
    failed: int
    error: int


def sent_of(entry: Document, zone: tzinfo) -> Sent | Checked | None:
    """None for what counts for nothing: test data, and what nobody known sent or no rule was asked of."""
    institution = entry.get("institution")
    if not institution or entry.get("test"):
        return None
    if (scored := entry.get("scored")) is not None:
        kept = bool(entry.get("version")) and entry["accepted"]
        return Sent(
            institution,
            _product(entry),
            _day(entry, zone),
            entry["instant"],
            _VALIDATED + scored["identity"] if entry.get("validated") else scored["identity"],
            scored["content"],
            scored["patient"],
            scored["lists"],
            f"{entry['type']}/{entry['id']}" if kept else "",
            entry["version"] if kept else 0,
            scored["named"],
        )
    if (check := entry.get("check")) is not None:
        counts = (check.get(name, 0) for name in ("passed", "failed", "error"))
        return Checked(institution, _product(entry), _day(entry, zone), check["rule"], *counts)
    return None


def _product(entry: Document) -> str:
    name, version = entry.get("product", ""), entry.get("productVersion", "")
    return f"{name}#{version}" if version else name


def _day(entry: Document, zone: tzinfo) -> str:
    return datetime.fromisoformat(entry["instant"]).astimezone(zone).date().isoformat()
