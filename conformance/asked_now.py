"""What rules ask of the resources of a tree at one instant (https://hl7.org/fhir/R4/profiling.html)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from conformance.rules_in_force import ALWAYS, InForce, Rule, RulesInForce


class AskedNow:
    """What the rules ask at one instant, and `nominated` profiles of the resource at the root; notes what it asked."""

    def __init__(self, rules: RulesInForce, now: datetime, nominated: Sequence[str]) -> None:
        self._rules, self._now, self._nominated = rules, now, nominated
        self.asked: list[InForce] = []
        """In the order of the answers."""

    @property
    def governed(self) -> Collection[str]:
        return self._rules.governed

    def profiles(self, resource_type: str, claims: Sequence[str], /) -> Sequence[str]:
        found = {each: InForce(Rule(each, resource_type, reject_from=ALWAYS), "reject") for each in self._nominated}
        self._nominated = ()
        for each in self._rules.at(resource_type, self._now):
            if each.rule.profile not in found and each.rule.concerns(claims):
                found[each.rule.profile] = each
        self.asked += found.values()
        return tuple(found)
