"""Several requests in one Bundle (https://hl7.org/fhir/R4/http.html#transaction): a batch, each entry on its own."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request, query_pairs
from fhir_server.formats import Formats
from fhir_server.outcomes import RequestRefused, failure, refused

MOST_ENTRIES = 1_000
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Batch:
    """Answers a batch; `answer` answers one request as if it had come alone, and never fails."""

    def __init__(self, formats: Formats, answer: Callable[[Request], Answer]) -> None:
        self._formats, self._answer = formats, answer

    def run(self, request: Request) -> Answer:
        """A batch-response with an entry for each entry, in their order. Raises RequestRefused."""
        entries = _entries(self._formats.read(request))
        rows = [self._entry(entry, place, request) for place, entry in enumerate(entries)]
        made: Resource = {"resourceType": "Bundle", "type": "batch-response"}
        return Answer({**made, "entry": rows} if rows else made)

    def _entry(self, entry: Any, place: int, request: Request) -> Resource:
        try:
            answer = self._answer(_request(entry, place, request))
        except RequestRefused as error:
            answer = failure(error.issues, error.status)
        told = {"status": f"{answer.status} {HTTPStatus(answer.status).phrase}"}
        if answer.status >= 400:
            return {"response": {**told, "outcome": answer.resource}}
        return {"resource": answer.resource, "response": told}


def _entries(bundle: Resource) -> list[Any]:
    kind = bundle.get("resourceType")
    if kind != "Bundle":
        raise refused("invalid", f"The body is a {kind}; expected a Bundle of type batch")
    if bundle.get("type") != "batch":
        text = f"The Bundle is of type '{bundle.get('type')}'; expected batch"
        raise refused("not-supported", text, expression="Bundle.type")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise refused("structure", "Bundle.entry is not a list", expression="Bundle.entry")
    if len(entries) > MOST_ENTRIES:
        raise refused("too-costly", f"The Bundle has {len(entries)} entries; at most {MOST_ENTRIES} are answered")
    return entries


def _request(entry: Any, place: int, whole: Request) -> Request:
    where = f"Bundle.entry[{place}].request"
    asked = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("url"), str):
        raise refused(
            "required", f"{where} has no url; expected one such as 'CodeSystem/$lookup?code=a'", expression=where
        )
    if asked.get("method") not in _METHODS:
        text = f"{where}.method is {asked.get('method')!r}; expected one of {', '.join(_METHODS)}"
        raise refused("value", text, expression=f"{where}.method")
    path, _, query = asked["url"].removeprefix(whole.base + "/").partition("?")
    path = path.strip("/")
    if path == "":
        raise refused("not-supported", "A batch within a batch is not answered", expression=f"{where}.url")
    headers = {key: value for key, value in whole.headers.items() if key not in ("content-type", "content-length")}
    resource = entry.get("resource")
    held = resource if isinstance(resource, dict) else None
    return Request(asked["method"], path, query_pairs(query), headers, b"", whole.base, held)
