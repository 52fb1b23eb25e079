"""Reads and judges documents. Pure, so that any number of processes can share the work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.enforcement import Judge
from conformance.evidence import Sender
from fhir_kernel.clock import Clock
from fhir_kernel.issues import to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Key
from fhir_server.exchange import Request
from fhir_server.formats import Formats
from fhir_server.links import conditional_references
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.planning import rows
from fhir_server.referring import Values
from plumbline.importing.contents import Contents, Kinds, contents_of
from plumbline.importing.prepared import Found, Prepared, Ready, Refused
from plumbline.importing.sources import Item
from plumbline.importing.tally import Round
from plumbline.importing.values import encoded_values
from plumbline.inputs import Document


@dataclass(frozen=True, slots=True)
class Preparer:
    """Prepares one item after another; everything that decides is what decides of writes over HTTP."""

    formats: Formats
    kinds: Kinds
    judge: Judge | None
    values: Values
    sender: Sender
    clock: Clock
    round: Round = Round.FIRST

    def __call__(self, item: Item) -> Prepared:
        """What is to be written of the document, and what of it is refused."""
        made = Prepared(item.source, item.number)
        if item.document is None:
            return replace(made, is_end=True)
        document = item.document
        made = replace(made, input=document.name, size=document.size)
        try:
            contents = contents_of(self._read(document), self.kinds)
        except RequestRefused as error:
            if self.round is Round.SECOND:
                return replace(made, is_passed=True)
            return replace(made, refused=(Refused("", error.issues, None),))
        if contents.has_searches is (self.round is Round.FIRST):
            return replace(made, is_passed=True)
        return self._judged(made, contents)

    def _read(self, document: Document) -> Resource:
        if document.problem is not None:
            raise RequestRefused(to_operation_outcome([document.problem])["issue"])
        return self.formats.read(Request("PUT", "", body=document.data))

    def _judged(self, made: Prepared, contents: Contents) -> Prepared:
        refusals = [Refused(_name(held), error.issues, held) for error, held in contents.refusals]
        ready: list[Ready] = []
        for key, resource in contents.resources:
            outcome = self._one(key, resource)
            if isinstance(outcome, Ready):
                ready.append(outcome)
            else:
                refusals.append(outcome)
        if contents.all_or_none and refusals:
            refusals += map(with_others, ready)
            ready = []
        whole = contents.all_or_none
        return replace(made, ready=tuple(ready), refused=tuple(refusals), skipped=contents.skipped, all_or_none=whole)

    def _one(self, key: Key, resource: Resource) -> Ready | Refused:
        if self.judge is None:
            return Ready(key, resource, None, encoded_values(self.values(resource)), _searches(resource))
        found = self.judge.judge(resource, method="PUT", now=self.clock())
        if not found.accepted:
            return Refused(str(key), rows(found.issues), resource, found.evidence(self.sender, None))
        values = encoded_values(self.values(found.tagged(resource)))
        kept = Found(found.occasion, found.issues, found.verdicts, found.scored)
        return Ready(key, resource, kept, values, _searches(resource))


def _searches(resource: Resource) -> tuple[str, ...]:
    return tuple(dict.fromkeys(conditional_references(resource)))


def _name(held: Resource | None) -> str:
    kind, id_ = (held or {}).get("resourceType"), (held or {}).get("id")
    return "/".join(each for each in (kind, id_) if isinstance(each, str))


def with_others(ready: Ready) -> Refused:
    """What is refused because something else of its transaction is."""
    error = refused("processing", "Nothing is wrong with it; another entry of the same transaction is refused")
    return Refused(str(ready.key), error.issues, ready.resource)
