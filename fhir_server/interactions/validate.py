"""`$validate`: what would come of a write (https://hl7.org/fhir/R4/resource-operation-validate.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from conformance.enforcement import Judge
from conformance.evidence import Sender
from conformance.operations import OPERATIONS, Call, Operation, Validated, sent
from fhir_kernel.clock import Clock
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Key
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.language import LANGUAGE
from fhir_server.parameters import from_query
from fhir_server.repository import EVIDENCE
from fhir_server.routes import Route
from fhir_server.writing import anonymous
from terminology.failures import failed


@dataclass(frozen=True, slots=True)
class Judging:
    """Has resources judged that nobody writes, by the judge who is asked of writes too."""

    judge: Judge
    store: Store
    formats: Formats
    clock: Clock
    sender: Callable[[Request], Sender] = anonymous

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
        found = operation.handler(self.judge, call)
        if found.is_scored:
            await self._keep(found, request)
        return Answer(found.outcome)

    async def _keep(self, found: Validated, request: Request) -> None:
        """Leave evidence of what was asked, so that it counts. Raises OperationFailed where it cannot count."""
        sender = self.sender(request)
        _check_counts(sender, request, found.judgement.occasion.resource_type)
        evidence = found.judgement.evidence(sender, None)

        async def work(transaction: Transaction) -> None:
            await transaction.append(EVIDENCE, evidence)

        if evidence:
            await self.store.commit(work)

    async def _stored(self, key: Key) -> Resource | None:
        found = await self.store.read(key)
        return None if found is None or found.body is None else parse_json(found.body)


def _check_counts(sender: Sender, request: Request, resource_type: str) -> None:
    """Raises OperationFailed where what is asked cannot count as if it had been written."""
    if request.method != "POST":
        text = "'scored' leaves evidence, which GET does not; expected POST"
        raise failed("not-supported", text, expression="scored")
    if not sender.institution:
        text = "'scored' counts for the institution that sends, and none is known; expected a token of a client"
        raise failed("forbidden", text, expression="scored")
    caller = request.caller
    if caller is not None and not any(caller.may(resource_type, letter) for letter in "cu"):
        text = f"'scored' counts as if it had been written, and the token does not allow to write {resource_type}"
        raise failed("forbidden", f"{text}; expected system/{resource_type}.c or .u", expression="scored")
