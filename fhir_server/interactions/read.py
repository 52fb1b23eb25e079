"""Read: `GET [base]/[type]/[id]` (https://hl7.org/fhir/R4/http.html#read)."""

from __future__ import annotations

from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Key, Version
from fhir_server.exchange import Answer, Request
from fhir_server.identity.authenticate import part_of
from fhir_server.library import Library
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.preconditions import is_unmodified, version_headers
from fhir_server.shown import answer_of
from fhir_server.summary import Outlines, extent_of


async def read(
    store: Store, outlines: Outlines, installed: Library | None, resource_type: str, request: Request
) -> Answer:
    """The current version; 304 where the client has it; else what is installed under this id.

    Raises RequestRefused: 404 where there never was one, 410 where it was deleted; 404 too of what the criteria of
    scopes leave out.
    """
    key, part = Key(resource_type, request.ids["id"]), part_of(request.caller, "r", resource_type)
    version = await store.read(key)
    if version is None and installed is not None and part is None:
        return Answer(extent_of(request.query).of(installed.read(*key), outlines))
    if version is None or (part is not None and not part.has_version(version)):
        raise refused("not-found", f"There is no {key.type} with the id '{key.id}'")
    if version.is_deleted:
        raise gone(version)
    if is_unmodified(version, request.headers):
        return Answer(None, 304, version_headers(version))
    return answer_of(version, request, outlines)


def gone(version: Version) -> RequestRefused:
    """The refusal of what was deleted (410)."""
    text = f"{version.key} was deleted as version {version.number}; earlier versions stand in its history"
    return refused("deleted", text, headers=version_headers(version))
