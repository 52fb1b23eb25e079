"""Where rules are kept: written in the transaction of a publication, and read by every server of the store.

A token changes with every change, so that a server that has taken the rules up sees with one look whether it still
knows them. What was decided when stands in a log, which is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Reader, Transaction
from registry.enforcement.rules import RuleSet, rule_set_of

RULES = "published-rules"
"""The collection of rule sets, by `package#version`; and the log of their changes."""
_STATE, _TOKEN = "server", "published-rules"


class Published(NamedTuple):
    """All rules of a store; `token` is "" before the first publication."""

    token: str
    sets: Sequence[RuleSet]


async def token_of(reader: Reader) -> str:
    """Another text after each change of the rules."""
    kept = await reader.load(_STATE, _TOKEN)
    return "" if kept is None else str(kept["token"])


async def published(reader: Reader) -> Published:
    """The rules of every edition that was ever published, those that have ended too."""
    # The token first: should rules be written in between, they are read once more.
    token = await token_of(reader)
    return Published(token, [rule_set_of(kept) for _, kept in await reader.listed(RULES)])


async def write_rules(
    transaction: Transaction, rules: Sequence[RuleSet], now: datetime, new_id: NewId, *, by: str, reason: str
) -> None:
    """Keep rule sets, in the place of those with the same names; `by` is the id of who decided it."""
    for each in rules:
        await transaction.save(RULES, each.name, each.document())
    entries = [{"at": now.isoformat(), "by": by, "reason": reason, **each.document()} for each in rules]
    await transaction.append(RULES, entries)
    await transaction.save(_STATE, _TOKEN, {"token": new_id()})
