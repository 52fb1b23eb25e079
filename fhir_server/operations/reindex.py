"""$reindex: have resources looked through again for what they are found by, and see how far that has got.

FHIR leaves this to servers (https://hl7.org/fhir/R4/search.html). POST asks for it and comes back at once; the work is
done in the background, by one process of all that share the store. GET tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fhir_kernel.resource import Resource
from fhir_server.operations.operation import Call, OperationContext
from fhir_server.outcomes import refused
from fhir_server.search import backlog
from fhir_server.search.upkeep import COLLECTION, REINDEX

DEFINITION = "https://plumbline.dev/fhir/OperationDefinition/reindex"


async def reindex(context: OperationContext, call: Call) -> Resource:
    """Ask for the resources of a type, or of all, to be looked through; then as `progress`. Raises RequestRefused."""
    if context.upkeep is None:
        raise refused("not-supported", "This server takes up no search parameters, and indexes nothing anew")
    await context.upkeep.again((call.type,) if call.type else context.index.types)
    return await progress(context, call)


async def progress(context: OperationContext, call: Call) -> Resource:
    """Parameters: the `status`, and a `type` for each that waits, is under way, or was looked through last."""
    kept = await context.store.load(COLLECTION, REINDEX)
    jobs = [each for each in backlog.jobs(kept) if call.type in ("", each.type)]
    over = {name: each for name, each in backlog.finished(kept).items() if call.type in ("", name)}
    rows: list[Resource] = [{"name": "status", "valueCode": "in-progress" if jobs else "completed"}]
    rows += [{"name": "type", "part": list(_of_job(each))} for each in jobs]
    rows += [{"name": "type", "part": list(_finished(name, each))} for name, each in sorted(over.items())]
    return {"resourceType": "Parameters", "parameter": rows}


def _of_job(job: backlog.Job) -> Iterator[Resource]:
    yield {"name": "type", "valueCode": job.type}
    yield {"name": "status", "valueCode": "requested" if job.total is None else "in-progress"}
    yield {"name": "done", "valueInteger": job.done}
    if job.total is not None:
        yield {"name": "total", "valueInteger": job.total}
    yield from _waiting(job.codes)


def _waiting(codes: Sequence[str]) -> Iterator[Resource]:
    """By what nothing can be searched until the end."""
    return ({"name": "parameter", "valueCode": each} for each in codes)


def _finished(name: str, told: Any) -> Iterator[Resource]:
    yield {"name": "type", "valueCode": name}
    yield {"name": "status", "valueCode": "completed"}
    yield {"name": "done", "valueInteger": told["resources"]}
    yield {"name": "finished", "valueInstant": told["at"]}
