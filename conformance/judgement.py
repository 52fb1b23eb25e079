"""Whether a write is accepted, and what is told of it (https://hl7.org/fhir/R4/operationoutcome.html)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from conformance.evidence import Occasion, Sender, Verdict, evidence_of
from conformance.scoring.rules.scored import Scored
from conformance.validator.report import with_places
from conformance.vocabulary import Vocabulary
from fhir_kernel.codec.positions import Positions
from fhir_kernel.issues import Issue, Language, to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Document, Version

ACCEPTANCE = "https://plumbline.dev/fhir/CodeSystem/acceptance"
WITH_ISSUES: Resource = {"system": ACCEPTANCE, "code": "accepted-with-issues", "display": "Accepted with issues"}
"""The tag (https://hl7.org/fhir/R4/resource.html#Meta) of what was accepted though something is wrong with it."""
ACCEPTANCE_CODES: Resource = {
    "resourceType": "CodeSystem",
    "id": "acceptance",
    "url": ACCEPTANCE,
    "version": "1.0.0",
    "name": "Acceptance",
    "title": "How a resource was accepted",
    "status": "active",
    "experimental": False,
    "publisher": "Plumbline",
    "description": "Tags that the server gives to the resources it accepts.",
    "caseSensitive": True,
    "content": "complete",
    "count": 1,
    "concept": [
        {
            "code": WITH_ISSUES["code"],
            "display": WITH_ISSUES["display"],
            "definition": "Accepted, although a rule is broken that is not yet, or not, a reason to refuse it.",
            "designation": [{"language": "zh-CN", "value": "已接受但有问题"}],
        }
    ],
}
"""The code system of that tag."""
_UNTOLD = frozenset(
    (
        "binding.cannot-tell",
        "code.cannot-tell",
        "invariant.unusable",
        "profile.broken",
        "reference.not-found",
    )
)
"""Issues that tell what we do not know, which is nothing against the resource."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging one resource."""

    occasion: Occasion
    issues: tuple[Issue, ...]
    """What the sender is told, as severe as the rules say: an error is why it is refused."""
    verdicts: tuple[Verdict, ...]
    """What came of each rule that was asked, those that the sender is not told of too."""
    words: Vocabulary = field(repr=False, compare=False)
    scored: Scored | None = None
    """What came of each elementary rule; None where no rule with a list of them was asked."""

    @property
    def accepted(self) -> bool:
        """Whether it may be written."""
        return self.occasion.accepted

    @property
    def tags(self) -> Sequence[Resource]:
        """The tags to be added to `meta.tag` when it is written."""
        told = any(each.severity != "information" and each.id not in _UNTOLD for each in self.issues)
        return (WITH_ISSUES,) if told and self.accepted else ()

    def tagged(self, resource: Resource) -> Resource:
        """The resource with our tags as they must be now: those that it brought along are dropped."""
        bare = untagged(resource)
        if not self.tags:
            return bare
        meta = bare.get("meta") or {}
        return {**bare, "meta": {**meta, "tag": [*(meta.get("tag") or []), *self.tags]}}

    def placed(self, positions: Positions) -> Judgement:
        """The same with line and column wherever the source tells them; worth its time for what is refused."""
        return replace(self, issues=tuple(with_places(self.issues, positions)))

    def outcome(self, language: Language = "en") -> Resource:
        """What the sender is told, as an OperationOutcome."""
        return to_operation_outcome(self.issues, language)

    def evidence(self, sender: Sender, version: Version | None) -> Sequence[Document]:
        """What to append to the evidence with the write; `version` is None where it was refused."""
        if not self.verdicts:
            return ()
        return (evidence_of(self.occasion, self.verdicts, sender, version, self.words, self.scored),)


def untagged(resource: Resource) -> Resource:
    """The resource without our tags."""
    meta = resource.get("meta") or {}
    tags = meta.get("tag") or []
    kept = [each for each in tags if each.get("system") != ACCEPTANCE]
    if len(kept) == len(tags):
        return resource
    rest = {name: value for name, value in meta.items() if name != "tag"} | ({"tag": kept} if kept else {})
    if not rest:
        return {name: value for name, value in resource.items() if name != "meta"}
    return {**resource, "meta": rest}
