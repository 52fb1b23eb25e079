"""What a new edition does to those before it: their rules end on its first day, in the commit that publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from fhir_kernel.store.base import Reader, Transaction
from registry.enforcement.published import RULES
from registry.enforcement.rules import RuleSet, ended, rule_set_of
from registry.model.edition import Edition
from registry.publication.numbering import related_editions
from registry.publication.record import find_publication
from registry.publication.versions import amendments_of
from registry.records.keeping import edition, save_edition
from registry.refusal import Refused
from registry.sentence import Sentence


async def supersede(transaction: Transaction, its: Edition, day: date, instant: datetime) -> Sequence[RuleSet]:
    """Say of what `its` replaces that it ends on `day`; gives the rules that end at `instant`, yet to be written.

    Raises Refused (conflict) where another edition has replaced one of them already.
    """
    rules: list[RuleSet] = []
    for each in await related_editions(transaction, its, "replaces"):
        if each.replaced_by not in ("", f"{its.standard}/{its.id}"):
            raise _replaced(each)
        await end_editions(transaction, each, day, f"{its.standard}/{its.id}")
        rules += await all_rules_of(transaction, each)
    for each in await related_editions(transaction, its, "amends"):
        rules += await all_rules_of(transaction, each)
    return [ended(each, instant) for each in rules]


async def end_editions(transaction: Transaction, its: Edition, day: date, replaced_by: str = "") -> None:
    """Say of an edition and of its amendments that `day` is the first on which they are no longer in force."""
    for id_ in (its.id, *await amendments_of(transaction, its)):
        each = await edition(transaction, its.standard, id_)
        ends = day if each.ends is None else min(day, each.ends)
        await save_edition(transaction, replace(each, ends=ends, replaced_by=replaced_by or each.replaced_by))


async def all_rules_of(reader: Reader, its: Edition) -> Sequence[RuleSet]:
    """The rules of an edition and of its amendments."""
    found = [await rules_of(reader, each) for each in (its.id, *await amendments_of(reader, its))]
    return [each for each in found if each is not None]


async def rules_of(reader: Reader, edition: str) -> RuleSet | None:
    """The rules that were written for an edition, of an amendment its own."""
    publication = await find_publication(reader, edition)
    if publication is None or publication.archive is None or publication.done is None:
        return None
    kept = await reader.load(RULES, publication.archive.name)
    return None if kept is None else rule_set_of(kept)


def _replaced(its: Edition) -> Refused:
    en, zh = f"{its.number} has been replaced by another edition already", f"{its.number} 已被其他标准代替"
    return Refused("conflict", (Sentence(en, zh),), where="replaces")
