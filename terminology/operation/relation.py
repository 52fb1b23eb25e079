"""How two sets of codes relate (https://hl7.org/fhir/tools/valueset-comparison.html)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indeterminate:
    """Nothing can be told, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Relation:
    """What is in this set alone, in the other alone, in both; the codes as far as they were looked at one by one.

    `alike`: both are defined by the same filters, whatever these select.
    """

    in_this: bool = False
    in_other: bool = False
    in_both: bool = False
    missing: Collection[str] = ()
    extra: Collection[str] = ()
    common: Collection[str] = ()
    alike: bool = False

    @property
    def result(self) -> str:
        """same, subset, superset, overlapping, disjoint or empty."""
        if not self.in_both and (self.in_this or self.in_other):
            return "disjoint"
        if not self.in_both and not self.alike:
            return "empty"
        if self.in_this and self.in_other:
            return "overlapping"
        if self.in_this or self.in_other:
            return "superset" if self.in_this else "subset"
        return "same"

    def joined(self, more: Relation) -> Relation:
        """With what is known of another code system.

        The lists of codes are those of one system, the last of which there are any: they do not say of which.
        """
        lists = more if more.missing or more.extra or more.common else self
        return Relation(
            self.in_this or more.in_this,
            self.in_other or more.in_other,
            self.in_both or more.in_both,
            lists.missing,
            lists.extra,
            lists.common,
            self.alike or more.alike,
        )


def relation_of(this: frozenset[str], other: frozenset[str]) -> Relation:
    """The relation of two lists of codes of one system."""
    missing, extra, common = this - other, other - this, this & other
    return Relation(bool(missing), bool(extra), bool(common), missing, extra, common)
