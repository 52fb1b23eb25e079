"""To which rule of a list a finding counts: that of the element and facet that broke, else all else that is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from conformance.scoring.rules.model import ElementaryRule, RuleList
from fhir_kernel.issues import Issue
from fhir_kernel.resource import split_canonical

OUR_FAULTS = frozenset(("binding.cannot-tell", "invariant.unusable", "profile.broken", "profile.unknown"))
"""Issues that tell what we could not find out, which is neither for nor against anybody."""
_OF_PROFILES = frozenset(("profile.broken", "profile.unknown"))
_OUTER_SLICE = re.compile(r"(?P<element>[^:]+):(?P<name>[^./]+)")
_REFERENCE_RULES = frozenset(("targetProfile", "aggregation"))
_INDEX = re.compile(r"\[[0-9]+\]")


class Attribution:
    """Knows the rules of one list by what findings say of them."""

    __slots__ = ("_facets", "_keys", "_other", "_profile", "_url")

    def __init__(self, rules: RuleList, within: Mapping[str, str]) -> None:
        """`within`: by the keys of invariants within slices the rules of these."""
        self._profile, self._url = rules.profile, split_canonical(rules.profile)[0]
        self._facets: dict[tuple[str, str, str], int] = {
            (each.element, each.kind, _key(each)): place for place, each in enumerate(rules.rules)
        }
        self._other = self._facets["", "profile", ""]
        self._keys: dict[str, list[tuple[str, int]]] = {}
        for place, each in enumerate(rules.rules):
            if each.kind == "invariant":
                self._keys.setdefault(each.key, []).append((each.element.removesuffix("[x]"), place))
        for key, rule in within.items():
            self._keys.setdefault(key, []).append(("", rules.places[rule]))

    def place(self, issue: Issue) -> int:
        """The number of the rule that an issue counts to."""
        if split_canonical(issue.profile)[0] != self._url:
            return self._other
        found = self._of_element(issue) if issue.element else None
        return self._other if found is None and (found := self._of_key(issue)) is None else found

    def _of_element(self, issue: Issue) -> int | None:
        outer = _OUTER_SLICE.match(issue.element)
        if outer is not None:
            return self._facets.get((outer["element"], "slice", outer["name"]))
        kind = "reference" if issue.rule in _REFERENCE_RULES else issue.rule
        return self._facets.get((issue.element, kind, ""))

    def _of_key(self, issue: Issue) -> int | None:
        rows = self._keys.get(issue.rule or str(issue.params.get("key", "")), ())
        path = _INDEX.sub("", issue.path)
        fitting = [(len(element), place) for element, place in rows if path.startswith(element)]
        return max(fitting)[1] if fitting else next((place for _, place in rows), None)

    def is_about(self, issue: Issue) -> bool:
        """Whether an issue tells that the profile itself cannot be used."""
        return issue.id in _OF_PROFILES and split_canonical(str(issue.params.get("url")))[0] == self._url


def _key(rule: ElementaryRule) -> str:
    return rule.key if rule.kind in ("invariant", "slice") else ""
