"""The entries of a Bundle as requests, and answers as entries (https://hl7.org/fhir/R4/bundle.html#bundle-unique)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from orjson import Fragment

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_server.content import instant
from fhir_server.exchange import Answer, Request
from fhir_server.outcomes import outcome, refused
from fhir_server.query import query_pairs

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_CONDITIONS: Mapping[str, str] = {
    "ifMatch": "if-match",
    "ifNoneMatch": "if-none-match",
    "ifModifiedSince": "if-modified-since",
    "ifNoneExist": "if-none-exist",
}
"""The header that an element of an entry's request stands for."""
_OF_THE_WHOLE = frozenset(("content-type", "content-length", *_CONDITIONS.values()))
"""Headers that say nothing of single entries."""


def entries_of(bundle: Resource, most: int, *, with_transactions: bool) -> tuple[str, list[Any]]:
    """The type of a Bundle and its entries. Raises RequestRefused where it is no batch or transaction."""
    expected = "batch or transaction" if with_transactions else "batch"
    kind = bundle.get("resourceType")
    if kind != "Bundle":
        raise refused("invalid", f"The body is a {kind}; expected a Bundle of type {expected}")
    found = bundle.get("type")
    if found not in expected.split(" or "):
        text = f"The Bundle is of type '{found}'; expected {expected}"
        raise refused("not-supported", text, expression="Bundle.type")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise refused("structure", "Bundle.entry is not a list", expression="Bundle.entry")
    if len(entries) > most:
        raise refused("too-costly", f"The Bundle has {len(entries)} entries; at most {most} are answered")
    return str(found), entries


def request_of(entry: Any, place: int, whole: Request) -> Request:
    """The request that an entry makes. Raises RequestRefused (400) where it makes none."""
    within = f"Bundle.entry[{place}]"
    where = f"{within}.request"
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("url"), str):
        text = f"{where} has no url; expected one such as 'Patient/1' or 'CodeSystem/$lookup?code=a'"
        raise refused("required", text, expression=where)
    if asked.get("method") not in _METHODS:
        text = f"{where}.method is {asked.get('method')!r}; expected one of {', '.join(_METHODS)}"
        raise refused("value", text, expression=f"{where}.method")
    path, _, query = asked["url"].removeprefix(whole.base + "/").partition("?")
    path = path.strip("/")
    if path == "" and asked["method"] == "POST":
        raise refused("not-supported", "A batch within a batch is not answered", expression=f"{where}.url")
    resource = entry.get("resource")
    held = resource if isinstance(resource, dict) else None
    headers = {name: value for name, value in whole.headers.items() if name not in _OF_THE_WHOLE}
    headers |= {header: str(asked[name]) for name, header in _CONDITIONS.items() if name in asked}
    pairs = query_pairs(query)
    sent = Request(asked["method"], path, pairs, headers, b"", whole.base, held, within=within)
    return replace(sent, as_stored=whole.as_stored, caller=whole.caller)


def response_entry(
    answer: Answer, whole: Request, issues: Sequence[Resource] = (), updated: datetime | None = None
) -> Resource:
    """The entry that tells of an answer; `issues` are told besides. `updated` is when."""
    told: Resource = {"status": f"{answer.status} {HTTPStatus(answer.status).phrase}"}
    if (location := answer.headers.get("location")) is not None:
        told["location"] = location.removeprefix(whole.base + "/")
    if (etag := answer.headers.get("etag")) is not None:
        told["etag"] = etag
    if updated is None and (modified := answer.headers.get("last-modified")) is not None:
        updated = parsedate_to_datetime(modified)
    if updated is not None:
        told["lastModified"] = instant(updated)
    if answer.status >= 400:
        return {"response": {**told, "outcome": answer.resource}}
    response = {**told, "outcome": outcome(issues)} if issues else told
    held = _held(answer, whole)
    return {"response": response} if held is None else {"resource": held, "response": response}


def _held(answer: Answer, whole: Request) -> Any:
    if answer.json is None:
        return answer.resource
    return Fragment(answer.json) if whole.as_stored else parse_json(answer.json)
