"""Vread: `GET [base]/[type]/[id]/_history/[vid]` (https://hl7.org/fhir/R4/http.html#vread)."""

from __future__ import annotations

from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Key, Version
from fhir_server.exchange import Answer, Request
from fhir_server.identity.authenticate import part_of
from fhir_server.interactions.read import gone
from fhir_server.outcomes import refused
from fhir_server.preconditions import is_unmodified, version_headers
from fhir_server.shown import answer_of
from fhir_server.summary import Outlines

_LONGEST = 15


async def vread(store: Store, outlines: Outlines, resource_type: str, request: Request) -> Answer:
    """The version. Raises RequestRefused: 404 where there is none, 410 where it is a deletion.

    Where scopes have criteria, the current version and this one have to meet them; else it is as if there were none.
    """
    key, wanted = Key(resource_type, request.ids["id"]), request.ids["vid"]
    part = part_of(request.caller, "r", resource_type)
    version = await _version(store, key, wanted)
    is_kept_back = part is not None and not (part.has_version(version) and part.has_version(await store.read(key)))
    if version is None or is_kept_back:
        raise refused("not-found", f"There is no version '{wanted}' of {key}")
    if version.is_deleted:
        raise gone(version)
    if is_unmodified(version, request.headers):
        return Answer(None, 304, version_headers(version))
    return answer_of(version, request, outlines)


async def _version(store: Store, key: Key, wanted: str) -> Version | None:
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= _LONGEST) or wanted.startswith("0"):
        return None
    return await store.version(key, int(wanted))
