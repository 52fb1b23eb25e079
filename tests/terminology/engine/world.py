"""A terminology service over a few resources, and short ways to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.model import Model
from terminology.engine.installed import Installed, Tables
from terminology.failures import OperationFailed
from terminology.limits import Limits
from terminology.operation_table import OPERATIONS
from terminology.operations import Call, Operation
from terminology.service import TerminologyService

Row = dict[str, Any]
EXPAND, IN_VALUE_SET, IN_CODE_SYSTEM = "ValueSet/$expand", "ValueSet/$validate-code", "CodeSystem/$validate-code"
LOOKUP = "CodeSystem/$lookup"


def service(
    *resources: Row,
    limits: Limits | None = None,
    tables: Tables | None = None,
    alias: Callable[[str], str | None] = lambda _url: None,
) -> TerminologyService:
    content = Installed(Catalog(resources), tables, alias=alias)
    return TerminologyService(
        content,
        Model({}),
        clock=lambda: datetime(2024, 5, 1, tzinfo=UTC),
        new_id=lambda: "00000000-0000-4000-8000-000000000000",
        limits=limits or Limits(),
    )


def run(
    asked: TerminologyService,
    operation: str,
    *,
    accept_language: str | None = None,
    instance: Row | None = None,
    **given: Any,
) -> Row:
    """The answer; parameters by name with `_` for `-`, a list where one is repeated."""
    found = _operation(operation)
    return asked.run(found, Call(tuple(_parameters(found, given)), accept_language, instance))


def refusal(asked: TerminologyService, operation: str, **given: Any) -> str:
    """What the operation says that it cannot be carried out for."""
    with pytest.raises(OperationFailed) as caught:
        run(asked, operation, **given)
    return str(caught.value)


def expand(asked: TerminologyService, url: str, **given: Any) -> Row:
    return dict(run(asked, EXPAND, url=url, **given)["expansion"])


def codes(asked: TerminologyService, url: str, **given: Any) -> list[str]:
    """The codes of the expansion, parents before children."""
    return [each["code"] for each in entries(expand(asked, url, **given))]


def entries(expansion: Row) -> Iterator[Row]:
    for each in expansion.get("contains", ()):
        yield each
        yield from entries(each)


def entry(asked: TerminologyService, url: str, code: str, **given: Any) -> Row:
    return next(each for each in entries(expand(asked, url, **given)) if each["code"] == code)


def stated(resource: Row, name: str) -> list[Any]:
    """The values of the parameters of this name."""
    rows = (each for each in resource.get("parameter", ()) if each["name"] == name)
    return [next(value for key, value in each.items() if key != "name") for each in rows]


def judged(answer: Row) -> bool:
    return bool(stated(answer, "result")[0])


def valid(asked: TerminologyService, url: str, code: str, system: str, **given: Any) -> bool:
    return judged(run(asked, IN_VALUE_SET, url=url, code=code, system=system, **given))


def issues(answer: Row) -> list[tuple[str, str]]:
    """Severity and text of each issue."""
    rows = (each for outcome in stated(answer, "issues") for each in outcome["issue"])
    return [(each["severity"], each["details"]["text"]) for each in rows]


def code_system(url: str, *concepts: Any, **more: Any) -> Row:
    rows = [{"code": each} if isinstance(each, str) else each for each in concepts]
    base = {"resourceType": "CodeSystem", "url": url, "status": "active", "content": "complete", "caseSensitive": True}
    return base | ({"concept": rows} if rows else {}) | more


def value_set(url: str, *include: Row, **more: Any) -> Row:
    compose = {"include": list(include)} | {key: more.pop(key) for key in ("exclude", "inactive") if key in more}
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": compose} | more


def concept(code: str, *below: Row | str, display: str | None = None, **properties: Any) -> Row:
    rows = [{"code": each} if isinstance(each, str) else each for each in below]
    made: Row = {"code": code} | ({"display": display} if display else {}) | ({"concept": rows} if rows else {})
    values = [{"code": key, _value_key(value): value} for key, value in properties.items()]
    return made | ({"property": values} if values else {})


def listing(system: str, *codes: str, **more: Any) -> Row:
    return {"system": system, "concept": [{"code": each} for each in codes], **more}


def where(system: str, *filters: tuple[str, str, str], **more: Any) -> Row:
    rows = [{"property": name, "op": op, "value": value} for name, op, value in filters]
    return {"system": system, "filter": rows, **more}


def _value_key(value: Any) -> str:
    if isinstance(value, bool):
        return "valueBoolean"
    return "valueCoding" if isinstance(value, dict) else "valueInteger" if isinstance(value, int) else "valueCode"


def _operation(written: str) -> Operation:
    resource_type, name = written.split("/$")
    return next(each for each in OPERATIONS if (each.resource_type, each.name) == (resource_type, name))


def _parameters(operation: Operation, given: dict[str, Any]) -> Iterator[Row]:
    for written, held in given.items():
        name = written.replace("_", "-")
        type_ = operation.parameters[name].type
        for value in held if isinstance(held, Sequence) and not isinstance(held, str) else [held]:
            key = "resource" if type_ == "resource" else f"value{type_[0].upper()}{type_[1:]}"
            yield {"name": name, key: value}
