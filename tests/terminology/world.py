"""A small world of code systems and value sets."""

from __future__ import annotations

from typing import Any

from fhir_kernel.definitions.catalog import Catalog
from terminology.checks import CodeAnswer, CodeQuery
from terminology.local import LocalCodes

HOME = "http://example.org/fhir"


def code_system(name: str, *concepts: Any, **more: Any) -> dict[str, Any]:
    rows = [{"code": each} if isinstance(each, str) else each for each in concepts]
    base = {"resourceType": "CodeSystem", "url": f"{HOME}/cs/{name}", "content": "complete", "caseSensitive": True}
    return base | ({"concept": rows} if rows else {}) | more


def value_set(name: str, *include: dict[str, Any], **more: Any) -> dict[str, Any]:
    compose = {"include": list(include), **{key: more.pop(key) for key in ("exclude", "inactive") if key in more}}
    return {"resourceType": "ValueSet", "url": f"{HOME}/vs/{name}"} | ({"compose": compose} if include else {}) | more


def within(name: str, *codes: str, **more: Any) -> dict[str, Any]:
    system = name if ":" in name else f"{HOME}/cs/{name}"
    return {"system": system} | ({"concept": [{"code": code} for code in codes]} if codes else {}) | more


def where(property_: str, op: str, value: str) -> dict[str, str]:
    return {"property": property_, "op": op, "value": value}


def codes_of(*resources: dict[str, Any]) -> LocalCodes:
    return LocalCodes(Catalog(resources))


def ask(codes: LocalCodes, code: str, system: str | None = None, vs: str | None = None, **more: Any) -> CodeAnswer:
    full_system = f"{HOME}/cs/{system}" if system is not None and ":" not in system else system
    full_vs = f"{HOME}/vs/{vs}" if vs is not None and ":" not in vs else vs
    return codes.check([CodeQuery(code, full_system, value_set=full_vs, **more)])[0]
