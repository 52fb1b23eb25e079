"""The value sets that limit a translation: those that the call names, and those that maps declare for their sides."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.resource import Resource, split_canonical
from terminology.engine.answer import Asked, Findings, Inactive, Known
from terminology.engine.maps import Map
from terminology.engine.membership import Membership
from terminology.engine.messages import failure
from terminology.engine.scope import Scope
from terminology.engine.versions import version_matches
from terminology.operation.translate_question import Question


class MapScopes:
    """Answers for one operation whether codes are in value sets; remembers what it found."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.chinese = scope.options.chinese
        self._memberships: dict[str, Membership | None] = {}

    def applying(self, maps: Sequence[Map], coding: Resource, question: Question) -> Sequence[Map]:
        """The maps that may be used for the coding, by the value set from which it was chosen.

        A map that declares this very value set may; any may where the value set is held and has the code. Raises
        OperationFailed where it is neither held nor declared.
        """
        canonical = question.target_scope if question.backward else question.source_scope
        if canonical is None:
            return maps
        declared = [each for each in maps if _same(canonical, _declared(each, target=question.backward))]
        if not declared:
            self._needed(canonical)
        return maps if self._has(canonical, coding) else declared

    def is_wanted(self, source: Resource, target: Resource | None, map_: Map, question: Question) -> bool:
        """Whether a mapping leads into the value set in which a translation is sought."""
        canonical = question.source_scope if question.backward else question.target_scope
        if canonical is None or target is None:
            return True
        if _same(canonical, _declared(map_, target=not question.backward)):
            return True
        self._needed(canonical)
        return self._has(canonical, source if question.backward else target) is True

    def excludes(self, canonical: str | None, coding: Resource) -> bool:
        """Whether the coding is certainly not in a value set."""
        return canonical is not None and self._has(canonical, coding) is False

    def _needed(self, canonical: str) -> None:
        if self._membership(canonical) is None:
            raise failure("Unable_to_resolve_value_Set_", chinese=self.chinese, value_set=canonical)

    def _has(self, canonical: str, coding: Resource) -> bool | None:
        """None where the value set is not held, or its code systems are not."""
        membership = self._membership(canonical)
        if membership is None:
            return None
        asked = Asked("", coding["code"], coding.get("system"), coding.get("version"))
        return membership.check(asked, Known())

    def _membership(self, canonical: str) -> Membership | None:
        if canonical not in self._memberships:
            definition = self.scope.value_set(self.scope.pinned(canonical))
            made = None
            if definition is not None:
                made = Membership(definition, self.scope, Findings(self.chinese), Inactive())
                made.prepare()
            self._memberships[canonical] = made
        return self._memberships[canonical]


def _declared(map_: Map, *, target: bool) -> str | None:
    return map_.target_scope if target else map_.source_scope


def _same(asked: str, declared: str | None) -> bool:
    """Whether a map declares the value set that is asked for; a version counts where both say one."""
    if declared is None:
        return False
    (url, version, _), (own, own_version, _) = split_canonical(asked), split_canonical(declared)
    return url == own and (not version or not own_version or version_matches(version, own_version))
