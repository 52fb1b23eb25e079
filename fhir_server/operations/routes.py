"""The operations on stored resources as routes (https://hl7.org/fhir/R4/operations.html#executing)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from conformance.evidence import Sender
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.interactions.operation import read_parameters
from fhir_server.operations.operation import Call, Operation, OperationContext
from fhir_server.operations.table import OPERATIONS
from fhir_server.parameters import from_query
from fhir_server.routes import Route


class ResourceOperations:
    """Carries out operations on what is stored. `sender` says who a request comes from."""

    def __init__(self, context: OperationContext, formats: Formats, sender: Callable[[Request], Sender]) -> None:
        self._context, self._formats, self._sender = context, formats, sender

    def routes(self, types: Sequence[str], operations: Sequence[Operation] = OPERATIONS) -> Iterator[Route]:
        """A route for each place at which an operation may be invoked; `types` are those that are stored."""
        for operation in operations:
            if "system" in operation.at:
                yield self._route(operation, "", f"${operation.name}")
            for type_ in operation.types or types:
                if "type" in operation.at:
                    yield self._route(operation, type_, f"{type_}/${operation.name}")
                if "instance" in operation.at:
                    yield self._route(operation, type_, f"{type_}/{{id}}/${operation.name}")

    async def invoke(self, operation: Operation, type_: str, request: Request) -> Answer:
        """What the operation answers. Raises RequestRefused, StoreError."""
        if operation.progress is not None and request.method != "POST":
            call = Call((), type_, request.ids.get("id", ""), request.base, self._sender(request))
            return Answer(await operation.progress(self._context, call))
        if request.method == "POST" and request.resource is None and not request.body.strip():
            rows = from_query(request.query, operation.parameters)
        else:
            rows = read_parameters(operation.parameters, request, self._formats)
        call = Call(rows, type_, request.ids.get("id", ""), request.base, self._sender(request))
        return Answer(await operation.handler(self._context, call))

    def _route(self, operation: Operation, type_: str, path: str) -> Route:
        return Route(
            ("POST",) if operation.affects_state and operation.progress is None else ("GET", "POST"),
            path,
            "operation",
            None,
            type_ or None,
            operation.name,
            operation.definition,
            long=True,
            awaited=partial(self.invoke, operation, type_),
        )
