"""Which codes a search means by `:in`, `:above` and `:below`, as terminology knows them.

https://hl7.org/fhir/R4/search.html#token. A small set is compared as a list of codes. Of a large one, or one that has
no end, only those codes count that stand in the store: each is put to terminology.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Protocol

from fhir_kernel.resource import Resource
from fhir_kernel.store.criteria import TokenTest
from fhir_kernel.store.values import TokenValue
from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import CodeQuestion, SearchLimits, Tokens, wrong_value
from terminology.failures import OperationFailed
from terminology.operation_table import OPERATIONS
from terminology.operations import Call, Operation

_TOO_LARGE = frozenset({"too-costly"})
_OPERATORS = {"below": "is-a", "above": "generalizes"}


class Terminology(Protocol):
    """Carries out operations; `terminology.service.TerminologyService` is one."""

    @property
    def generation(self) -> int:
        """Counts how often the installed content has changed."""
        ...

    def run(self, operation: Operation, call: Call) -> Resource: ...
    def read(self, resource_type: str, id_: str) -> Resource | None: ...


class TerminologyCodes:
    """Implements fhir_server.search.context.CodeSets. The lists of sets that were asked for lately are kept."""

    def __init__(self, service: Terminology, limits: SearchLimits, *, remembered: int = 200) -> None:
        self._service, self._limits, self._remembered = service, limits, remembered
        self._lists: dict[tuple[int, str, str], Sequence[TokenTest] | None] = {}
        """By generation, relation and text; None where a set is too large to be listed."""

    async def tests(self, question: CodeQuestion, store: Tokens) -> Sequence[TokenTest]:
        """The codes of the value set, as tests. Raises RequestRefused where terminology cannot tell."""
        key = (self._service.generation, question.relation, question.text)
        if key not in self._lists:
            listed = await asyncio.to_thread(self._listed, self._value_set(question))
            if len(self._lists) >= self._remembered:
                self._lists.pop(next(iter(self._lists)), None)
            self._lists[key] = listed
        known = self._lists.get(key)
        if known is not None:
            return known
        present = [each for name in question.types for each in await store.tokens(name, question.parameter)]
        return await asyncio.to_thread(self._members, self._value_set(question), present)

    def _value_set(self, question: CodeQuestion) -> Resource:
        """The parameter of operations that names or holds the value set."""
        if question.relation == "in":
            kind, _, identity = question.text.partition("/")
            if kind != "ValueSet":
                return {"name": "url", "valueUri": question.text}
            found = self._service.read("ValueSet", identity)
            if found is None:
                raise wrong_value(question.parameter, f"'{question.text}' is no value set that this server has")
            return {"name": "valueSet", "resource": found}
        system, _, code = question.text.rpartition("|")
        if not system or not code:
            name = f"{question.parameter}:{question.relation}"
            raise wrong_value(question.parameter, f"'{name}' is '{question.text}'; expected system|code")
        rows = [{"property": "concept", "op": _OPERATORS[question.relation], "value": code}]
        include = [{"system": system, "filter": rows}]
        made = {"resourceType": "ValueSet", "status": "active", "compose": {"include": include}}
        return {"name": "valueSet", "resource": made}

    def _listed(self, asked: Resource) -> Sequence[TokenTest] | None:
        """The codes of a small value set; None where there are too many. Raises RequestRefused."""
        call = Call((asked, {"name": "count", "valueInteger": self._limits.listed_codes + 1}))
        try:
            expansion = self._service.run(_EXPAND, call)["expansion"]
        except OperationFailed as failure:
            if failure.code in _TOO_LARGE:
                return None
            raise RequestRefused(failure.issues, 400) from failure
        found = [TokenTest(system, code) for system, code in _codes(expansion.get("contains", ()))]
        open_ended = "total" not in expansion and "extension" in expansion
        return None if len(found) > self._limits.listed_codes or open_ended else found

    def _members(self, asked: Resource, present: Sequence[TokenValue]) -> Sequence[TokenTest]:
        return [TokenTest(each.system, each.code) for each in dict.fromkeys(present) if self._is_member(asked, each)]

    def _is_member(self, asked: Resource, token: TokenValue) -> bool:
        if not token.system:
            return False
        coding = {"name": "coding", "valueCoding": {"system": token.system, "code": token.code}}
        try:
            answer = self._service.run(_VALIDATE, Call((asked, coding)))
        except OperationFailed as failure:
            raise RequestRefused(failure.issues, 400) from failure
        return any(each.get("name") == "result" and each.get("valueBoolean") for each in answer["parameter"])


def _codes(contains: Sequence[Resource]) -> Iterator[tuple[str, str]]:
    pending = list(contains)
    while pending:
        each = pending.pop()
        if "code" in each and not each.get("abstract"):
            yield str(each.get("system", "")), str(each["code"])
        pending += each.get("contains", ())


def _operation(name: str) -> Operation:
    return next(each for each in OPERATIONS if each.resource_type == "ValueSet" and each.name == name)


_EXPAND, _VALIDATE = _operation("expand"), _operation("validate-code")
