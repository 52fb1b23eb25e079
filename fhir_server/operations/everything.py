"""$everything: the record of a patient or of an encounter (https://hl7.org/fhir/R4/patient-operation-everything.html)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from conformance.care_dates import CARE_DATES
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.criteria import Match, Query, ReferenceTest
from fhir_kernel.store.records import Key, Version
from fhir_server.content import instant
from fhir_server.operations.compartment_search import found_from, searches
from fhir_server.operations.everything_request import EverythingRequest, read_request
from fhir_server.operations.operation import Call, OperationContext, current
from fhir_server.operations.page_token import PageToken, read_token, written
from fhir_server.operations.supporting import patients_of, supporting
from fhir_server.outcomes import refused
from fhir_server.search.indexed import check_indexed

_LINKED = 1_000
"""Records of one person that may be linked to one patient."""


async def everything(context: OperationContext, call: Call) -> Resource:
    """A searchset: what is in the compartment, as matches, and what that refers to, as included.

    With `_count` it is a page, whose links lead to the others; without, all of it, and it is refused if that is too
    much. `_type` and `_since` are applied to what is found, for what is in scope may be referred to by what is not; so
    that a page may have less than `_count`. Raises RequestRefused.
    """
    asked = read_request(call, context.index.model, context.limits)
    await _check_indexed(context, call.type, with_dates=bool(asked.touching))
    version = await current(context.store, call.key)
    ids = await _linked(context, call.key)
    queries = searches(context.index.compartments[call.type], call.key, ids, asked.touching)
    token = read_token(asked.page, len(queries)) if asked.page else PageToken(context.clock())
    most = context.limits.everything if asked.count is None else asked.count
    keys, following = await found_from(context.store, queries, token, most)
    if following is not None and asked.count is None:
        text = f"{call.key} has more than {most} resources; ask for pages of them with '_count'"
        raise refused("too-costly", text)
    versions = await context.store.read_many(keys)
    records = [versions[key] for key in keys if key in versions]
    others = await _others(context, version, records, ids)
    matches, included = filter(asked.wants, records), filter(asked.wants, others)
    return _bundle(call, asked, token, following, [*matches], [*included])


async def _check_indexed(context: OperationContext, centre: str, *, with_dates: bool) -> None:
    """Raises RequestRefused (503) where not all is indexed yet by what makes it belong: a record is whole or none."""
    if context.upkeep is not None and (context.index.own or context.index.backlog):
        await context.upkeep.refresh()
    check_indexed(context.index, ("Patient",) if centre == "Patient" else (), ("link",))
    for type_, parameters in context.index.compartments[centre].parameters.items():
        check_indexed(context.index, (type_,), (*parameters, *(CARE_DATES.get(type_, ()) if with_dates else ())))


async def _linked(context: OperationContext, key: Key) -> Sequence[str]:
    """The resource itself and, of a patient, those that are linked to it: its record is theirs, too."""
    if key.type != "Patient":
        return (key.id,)
    query = Query(("Patient",), Match("link", (ReferenceTest(*key),)), count=_LINKED)
    found = await context.store.search(query)
    if found.last is not None:
        raise refused("too-costly", f"More than {_LINKED} patients are linked to {key}")
    return (key.id, *(each.id for each in found.keys if each != key))


async def _others(
    context: OperationContext, centre: Version, records: Sequence[Version], ids: Sequence[str]
) -> Iterable[Version]:
    """What the records refer to."""
    read = [parse_json(each.body or b"{}") for each in records]
    patients = frozenset(ids)
    if centre.key.type != "Patient":
        patients = patients_of(parse_json(centre.body or b"{}"), context.index)
    return (await supporting(context, read, centre.key, patients)).values()


def _bundle(
    call: Call,
    asked: EverythingRequest,
    token: PageToken,
    following: PageToken | None,
    matches: Sequence[Version],
    included: Sequence[Version],
) -> Resource:
    links = [{"relation": "self", "url": asked.link(asked.page)}]
    if following is not None:
        links.append({"relation": "next", "url": asked.link(written(following))})
    bundle: Resource = {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": instant(token.as_of)},
        "type": "searchset",
        "link": links,
    }
    if asked.count is None:
        bundle["total"] = len(matches)
    entries = [*_entries(call, matches, "match"), *_entries(call, included, "include")]
    return {**bundle, "entry": entries} if entries else bundle


def _entries(call: Call, versions: Iterable[Version], mode: str) -> Iterable[Any]:
    for each in versions:
        resource = parse_json(each.body or b"{}")
        yield {"fullUrl": f"{call.base}/{each.key}", "resource": resource, "search": {"mode": mode}}
