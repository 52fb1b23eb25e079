"""`$validate`: what would come of a write (https://hl7.org/fhir/R4/resource-operation-validate.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from conformance.enforcement import Judge
from conformance.operations import OPERATIONS, Call, Operation, sent
from fhir_kernel.clock import Clock
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Key
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.language import LANGUAGE
from fhir_server.parameters import from_query
from fhir_server.routes import Route


@dataclass(frozen=True, slots=True)
class Judging:
    """Has resources judged that nobody writes, by the judge who is asked of writes too."""

    judge: Judge
    store: Store
    formats: Formats
    clock: Clock

    def routes(self, types: Sequence[str], operations: Sequence[Operation] = OPERATIONS) -> Iterator[Route]:
        """A route for each place at which an operation may be invoked."""
        for operation in operations:
            for kind in types:
                paths = {"type": f"{kind}/${operation.name}", "instance": f"{kind}/{{id}}/${operation.name}"}
                for level in sorted(operation.at):
                    awaited = partial(self.invoke, operation, kind)
                    yield Route(
                        ("GET", "POST"),
                        paths[level],
                        "operation",
                        None,
                        kind,
                        operation.name,
                        operation.definition,
                        awaited=awaited,
                    )

    async def invoke(self, operation: Operation, resource_type: str, request: Request) -> Answer:
        """What the operation answers. Raises RequestRefused, OperationFailed, StoreError."""
        rows = from_query(request.query, operation.parameters)
        if request.method == "POST" and (request.resource is not None or request.body.strip()):
            rows = (*sent(self.formats.read(request)), *rows)
        resource_id = request.ids.get("id")
        call = Call(
            resource_type,
            rows,
            self.clock(),
            resource_id,
            None if resource_id is None else await self._stored(Key(resource_type, resource_id)),
            LANGUAGE.get(),
        )
        return Answer(operation.handler(self.judge, call))

    async def _stored(self, key: Key) -> Resource | None:
        found = await self.store.read(key)
        return None if found is None or found.body is None else parse_json(found.body)
