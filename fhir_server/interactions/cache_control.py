"""`$cache-control`: have resources remembered (https://hl7.org/fhir/tools/OperationDefinition-cache-control.html).

A client starts a cache, sends its id as X-Cache-Id with later operations instead of the resources, and ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.interactions.operation import CACHE_HEADER, read_parameters, resources_in, unknown_cache
from fhir_server.outcomes import outcome, refused
from fhir_server.resource_cache import ResourceCache
from terminology.operations import Parameter

DEFINITION = "http://hl7.org/fhir/tools/OperationDefinition/cache-control"
_INPUT: Mapping[str, Parameter] = {
    "mode": Parameter("mode", "code"),
    "sealed": Parameter("sealed", "boolean"),
    "tx-resource": Parameter("tx-resource", "resource", repeats=True),
}


_EXPECTED = "start, check or end"


class CacheControl:
    """Starts, checks and ends caches."""

    def __init__(self, cache: ResourceCache, formats: Formats) -> None:
        self._cache, self._formats = cache, formats
        self._modes: Mapping[str, Callable[[Request, tuple[Resource, ...]], Resource]] = {
            "start": self._start,
            "check": self._check,
            "end": self._end,
        }

    def invoke(self, request: Request) -> Answer:
        """What the mode asks for. Raises RequestRefused."""
        rows = read_parameters(_INPUT, request, self._formats)
        row = next((each for each in rows if each["name"] == "mode"), None)
        if row is None:
            raise refused("required", f"The parameter 'mode' is missing; expected {_EXPECTED}")
        mode = next(str(value) for key, value in row.items() if key.startswith("value"))
        if mode not in self._modes:
            raise refused("value", f"The parameter 'mode' is '{mode}'; expected {_EXPECTED}")
        return Answer(self._modes[mode](request, rows))

    def _start(self, _request: Request, rows: tuple[Resource, ...]) -> Resource:
        sealed = any(each["name"] == "sealed" and each.get("valueBoolean") is True for each in rows)
        try:
            cache_id = self._cache.start(resources_in(rows), sealed=sealed)
        except LimitExceeded as error:
            raise refused("throttled", f"No cache can be started: {error}") from None
        return _answer({"name": "cache-id", "valueId": cache_id}, {"name": "sealed", "valueBoolean": sealed})

    def _check(self, request: Request, _rows: tuple[Resource, ...]) -> Resource:
        cache_id = _named(request)
        named = {"name": "cache-id", "valueId": cache_id}
        state = self._cache.check(cache_id)
        if state is None:
            told = {"name": "outcome", "resource": outcome(unknown_cache(cache_id).issues)}
            return _answer(named, {"name": "valid", "valueBoolean": False}, told)
        return _answer(
            named,
            {"name": "valid", "valueBoolean": True},
            {"name": "sealed", "valueBoolean": state.sealed},
            {"name": "resource-count", "valueUnsignedInt": state.resources},
            {"name": "idle", "valueUnsignedInt": int(state.idle)},
            {"name": "timeout", "valueUnsignedInt": int(self._cache.limits.idle)},
        )

    def _end(self, request: Request, _rows: tuple[Resource, ...]) -> Resource:
        self._cache.end(_named(request))
        return {"resourceType": "Parameters"}


def _named(request: Request) -> str:
    cache_id = request.headers.get(CACHE_HEADER)
    if not cache_id:
        raise refused("required", "The header X-Cache-Id is missing; expected the id that mode=start gave")
    return cache_id


def _answer(*rows: Resource) -> Resource:
    return {"resourceType": "Parameters", "parameter": list(rows)}
