"""SearchParameters of a batch that do not go together, or not with those of the store: the later ones are refused.

https://hl7.org/fhir/R4/searchparameter.html. Each was judged alone, by a process that knows nothing of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fhir_kernel.resource import Resource
from fhir_server.planning import rows
from fhir_server.search.acceptance import TYPE, problems_after, replaced
from fhir_server.search.index import SearchIndex
from fhir_server.search.upkeep import Upkeep
from plumbline.importing.prepared import Prepared, Ready, Refused
from plumbline.importing.preparing import with_others


async def going_together(documents: Sequence[Prepared], upkeep: Upkeep | None) -> Sequence[Prepared]:
    """The documents with refusals of what could not be searched by once those before it are written."""
    if upkeep is None or not any(each.key.type == TYPE for document in documents for each in document.ready):
        return documents
    await upkeep.refresh()
    own, found = upkeep.index.own, []
    for each in documents:
        kept, own = _checked(each, upkeep.index, own)
        found.append(kept)
    return found


def _checked(
    document: Prepared, index: SearchIndex, own: Mapping[str, Resource]
) -> tuple[Prepared, Mapping[str, Resource]]:
    """What of a document can be written, and the parameters that the store adds then."""
    before, kept, refusals = own, list[Ready](), list[Refused]()
    for each in document.ready:
        after = replaced(own, each.key.id, each.resource) if each.key.type == TYPE else own
        wrong = problems_after(index, own, after) if after != own else []
        if wrong:
            refusals.append(Refused(str(each.key), rows(wrong), each.resource))
        else:
            kept.append(each)
            own = after
    if not refusals:
        return document, own
    if document.all_or_none:
        refusals, kept, own = [*refusals, *map(with_others, kept)], [], before
    return replace(document, ready=tuple(kept), refused=(*document.refused, *refusals)), own
