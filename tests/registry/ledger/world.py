"""An office with a ledger: rows, workbooks of them, and a registry that takes them over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from fhir_kernel.clock import random_id
from registry.ledger.entering import Source
from registry.ledger.importing import import_ledger
from registry.ledger.reading import ReadRow
from registry.ledger.row import LedgerRow
from registry.lifecycle.book import book_of
from registry.model.case import Actor
from registry.records.catalogue import Catalogue, Wanted
from registry.sentence import Sentence

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BOOK = book_of((), timezone(timedelta(hours=8)))
OFFICER = Actor("officer", frozenset({"A", "N"}))
FILE = "a" * 64
OLD = LedgerRow(
    "WS/T 788-2011",
    Sentence("Specification", "管理规范"),
    "WS/T",
    "management",
    "",
    "superseded",
    date(2011, 1, 5),
    date(2011, 6, 1),
)
NEW = replace(
    OLD,
    number="WS/T 788-2021",
    title=Sentence("Specification for use", "=使用管理规范"),
    status="in-force",
    published=date(2021, 10, 27),
    in_force=date(2022, 4, 1),
    replaces=("WS/T 788-2011", "GB/T 3-1999"),
    lead_unit="某中心",
)
LOCAL = replace(
    NEW,
    number="DB31/T 1-2020",
    kind="DB/T",
    system_class="data",
    jurisdiction="310000",
    replaces=(),
    published=date(2020, 1, 1),
    in_force=date(2020, 5, 1),
)


def source(actor=OFFICER, now=NOW, new_id=None):
    return Source(FILE, actor.id, lambda case: actor, now, BOOK, new_id or random_id)


def read(*rows):
    return tuple(ReadRow(line, row.number, row) for line, row in enumerate(rows, start=3))


async def taken(store, *rows, dry_run=False, **more):
    return await import_ledger(store, read(*rows), source(**more), dry_run=dry_run)


async def catalogued(store, today=TODAY):
    """The statuses of all editions, by number."""
    page = await Catalogue(store).search(Wanted(), today, count=10**6)
    return {run.edition.number: run.status(today) for each in page.listed for run in each.row.runs}
