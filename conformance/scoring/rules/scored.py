"""What came of a record for scores: digests that tell records apart, and for each list of rules three sets of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from conformance.scoring.rules.digests import content_digest, digest_of, patient_digest, patient_id, patient_reference
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Document, Version


class Masks(NamedTuple):
    """What came of the rules of one list; bit *i* speaks of rule *i*."""

    digest: str
    asked: int
    failed: int
    error: int
    volume: int
    """The rule that is asked of every record, and failed by what is refused."""
    timely: int
    """The rule that is asked of what comes for the first time."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What is known of a record when it is judged; the rest is known when it is written, or not."""

    identity: str
    """The digest of its business identifier; empty where it has none."""
    name: str
    """`Type/id`; empty where it has no id."""
    content: str
    patient: str
    lists: tuple[Masks, ...]
    subject: str = ""
    """The id of the patient, where it is one of this server."""
    days: tuple[str, str] | None = None
    """The day of the event, and the same day where only the living can have it."""

    @property
    def lived(self) -> tuple[str, str, str] | None:
        """The patient and the days, where there is something to ask."""
        return (self.subject, *self.days) if self.subject and self.days is not None else None

    def of(self, resource: Resource) -> Scored:
        """The same of a resource whose references have been replaced by what they mean."""
        reference = patient_reference(resource)
        whose, subject = patient_digest(reference), patient_id(reference)
        return replace(self, content=content_digest(resource), patient=whose, subject=subject)

    def document(
        self, *, accepted: bool, is_new_name: bool, version: Version | None, is_validation: bool = False
    ) -> Document:
        """The member `scored` of the evidence. `is_new_name`: whether the id was made for this write.

        What is only validated has not come: it is not asked for its volume.
        """
        made: dict[str, Any] = {
            "identity": self.identity or self._unnamed(accepted=accepted, is_new_name=is_new_name),
            "named": bool(self.identity),
            "content": self.content,
            "patient": self.patient,
            "lists": list(self._lists(accepted, version, is_validation)),
        }
        if self.lived is not None and version is not None:
            made["life"] = [*self.lived, version.updated.isoformat()]
        return made

    def _unnamed(self, *, accepted: bool, is_new_name: bool) -> str:
        """A name that was made for what was refused in the end tells nothing."""
        if not self.name or (is_new_name and not accepted):
            return self.content
        return digest_of(self.name.encode())

    def _lists(self, accepted: bool, version: Version | None, is_validation: bool) -> Iterator[list[str]]:
        is_first = accepted and (version is None or version.number == 1)
        for each in self.lists:
            asked, failed = each.asked, each.failed
            if not is_validation:
                asked |= each.volume
            if not (accepted or is_validation):
                failed |= each.volume
            if not is_first:
                asked, failed = asked & ~each.timely, failed & ~each.timely
            yield [each.digest, *(format(mask, "x") for mask in (asked, failed, each.error))]


def masks_in(row: list[str]) -> tuple[str, int, int, int]:
    """A row of `lists`: the digest of the list, and which rules were asked, failed, and could not be answered."""
    digest, asked, failed, error = row
    return digest, int(asked, 16), int(failed, 16), int(error, 16)


def with_life(scored: Mapping[str, Any], life: Mapping[str, int], answer: bool | None) -> Document:
    """The member `scored` with the rule `life` settled; `life` is its bit by the digest of the list."""
    settled = {name: value for name, value in scored.items() if name != "life"}
    if answer is None:
        return settled
    rows = []
    for row in scored["lists"]:
        digest, asked, failed, error = masks_in(row)
        asked |= life[digest]
        failed |= 0 if answer else life[digest]
        rows.append([digest, *(format(mask, "x") for mask in (asked, failed, error))])
    return {**settled, "lists": rows}
