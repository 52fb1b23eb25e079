"""The versions of the rules that administrators have added, kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from fhir_kernel.store.base import Reader, Store, Transaction
from registry.lifecycle.book import Book, book_of
from registry.lifecycle.reading import rules_of, shipped_rules
from registry.lifecycle.rules import Rules
from registry.records.keeping import note

RULES = "lifecycle-rules"


class Rulebook:
    """Reads the book, and reads each version once only. One for a process."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone, self._shipped = zone, shipped_rules()
        self._read: dict[str, Rules] = {}

    async def book(self, reader: Reader) -> Book:
        """The book as it is kept now."""
        for name, kept in await reader.listed(RULES):
            if name not in self._read:
                self._read[name] = rules_of(kept["rules"])
        versions = sorted((self._shipped, *self._read.values()), key=lambda each: each.begins)
        return Book(tuple(versions), self._zone)


async def add_rules(store: Store, document: Mapping[str, Any], by: str, now: datetime) -> Rules:
    """Add a version. Raises Refused (invalid) with every fault; nothing that is kept is ever replaced."""

    async def work(transaction: Transaction) -> Rules:
        kept = [each["rules"] for _, each in await transaction.listed(RULES)]
        _, rules = book_of(kept).adding(document, now)
        added = {"rules": rules.document, "by": by, "added": now.isoformat()}
        await transaction.save(RULES, rules.name, added)
        await note(transaction, RULES, rules.name)
        return rules

    return await store.commit(work)
