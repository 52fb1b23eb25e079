"""Invoke an operation of terminology (https://hl7.org/fhir/R4/operations.html#executing)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.resource import Resource
from fhir_server import parameters
from fhir_server.backend import TerminologyBackend
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats, is_form
from fhir_server.library import Library
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.parameters import ParameterTable
from fhir_server.query import query_pairs
from fhir_server.resource_cache import ResourceCache
from terminology.operations import Call, Operation

CACHE_HEADER = "x-cache-id"
SENT_ALONG = "tx-resource"
_KEPT = frozenset((SENT_ALONG, "valueSet", "codeSystem", "conceptMap"))


class OperationInvoker:
    """Carries out the operations of `backend`."""

    def __init__(self, backend: TerminologyBackend, library: Library, formats: Formats, cache: ResourceCache) -> None:
        self._backend, self._library, self._formats, self._cache = backend, library, formats, cache

    def invoke(self, operation: Operation, request: Request) -> Answer:
        """What the operation answers. Raises OperationFailed, RequestRefused."""
        rows = read_parameters(operation.parameters, request, self._formats)
        instance = self._library.read(operation.resource_type, request.ids["id"]) if request.ids else None
        if CACHE_HEADER in request.headers:
            rows = self._with_remembered(rows, request.headers[CACHE_HEADER])
        language = request.headers.get("accept-language")
        return Answer(self._backend.run(operation, Call(rows, language, instance)))

    def _with_remembered(self, rows: tuple[Resource, ...], cache_id: str) -> tuple[Resource, ...]:
        """The parameters and what the client sent before; what it sends now is remembered, and goes first."""
        remembered = self._cache.resources(cache_id)
        if remembered is None:
            raise unknown_cache(cache_id)
        sent = resources_in(rows)
        if sent:
            try:
                self._cache.add(cache_id, sent)
            except LimitExceeded as error:
                raise refused("throttled", f"The resources cannot be remembered: {error}") from None
        now = {_identity(each) for each in sent}
        before = (each for each in remembered if _identity(each) not in now)
        return (*rows, *({"name": SENT_ALONG, "resource": each} for each in before))


def read_parameters(known: ParameterTable, request: Request, formats: Formats) -> tuple[Resource, ...]:
    """The input parameters, from the query of a GET, from a form or from a body, to which a query may add.

    Raises RequestRefused.
    """
    if request.method in ("GET", "HEAD"):
        return parameters.from_query(request.query, known)
    if is_form(request):
        sent = query_pairs(request.body)
        return parameters.from_query((*request.query, *sent), known)
    in_query = parameters.from_query(request.query, known) if request.query else ()
    if not in_query:
        return parameters.from_resource(formats.read(request), known)
    if request.resource is None and not request.body.strip():
        return in_query
    in_body = parameters.from_resource(formats.read(request), known)
    named = {each["name"] for each in in_body}
    return (*in_body, *(each for each in in_query if each["name"] not in named))


def resources_in(rows: Sequence[Resource]) -> list[Resource]:
    """The resources among parameters that a cache remembers."""
    return [row["resource"] for row in rows if row["name"] in _KEPT and isinstance(row.get("resource"), dict)]


def unknown_cache(cache_id: str) -> RequestRefused:
    """The refusal of a cache id that we did not give, or gave too long ago."""
    text = f"There is no cache '{cache_id}': it was not started here, was ended, or was not used for too long"
    return refused("not-found", text)


def _identity(resource: Resource) -> tuple[object, object, object]:
    return resource.get("resourceType"), resource.get("url"), resource.get("version")
