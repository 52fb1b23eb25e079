"""`ValueSet/$compare` (https://hl7.org/fhir/tools/OperationDefinition-ValueSet-compare.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.engine.definition import Definition
from terminology.engine.message_table import MESSAGES
from terminology.engine.messages import failure
from terminology.engine.options import Options, read_options
from terminology.engine.requests import argument, resource_argument, scope_of, text_argument
from terminology.engine.scope import Scope
from terminology.operation.compare_by_codes import compare_by_codes
from terminology.operation.compare_by_definition import compare_by_definition
from terminology.operation.relation import Indeterminate, Relation
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService

_SHOWN = 1_000
"""Codes up to which a list of them is given."""


def compare(service: TerminologyService, call: Call) -> Resource:
    """How the codes of two value sets relate: `result` and a sentence. Raises OperationFailed: one cannot be had."""
    options = read_options(call)
    scope = scope_of(service, call, options)
    this, other = _value_set("this", call, scope), _value_set("other", call, scope)
    found: Relation | Indeterminate | None = compare_by_definition(this, other, scope)
    expanded = found is None
    if found is None:
        found = compare_by_codes(this, other, scope)
    made = _result(found, this, other, options)
    if argument(call, "diagnostics") in (True, "true"):
        made.append({"name": "performed-expansion", "valueBoolean": expanded})
        if isinstance(found, Relation):
            made += _lists(found, expanded=expanded)
    return {"resourceType": "Parameters", "parameter": made}


def _value_set(side: str, call: Call, scope: Scope) -> Definition:
    given = resource_argument(call, f"{side}ValueSet", "ValueSet")
    if given is None and side == "this":
        given = call.instance
    if given is not None:
        return Definition(given)
    url, chinese = text_argument(call, f"{side}Url"), scope.options.chinese
    if url is None:
        raise failure("parameter-missing", chinese=chinese, expected=f"{side}ValueSet or {side}Url")
    bare, _, version = url.partition("|")
    stated = text_argument(call, "valueSetVersion") or version
    canonical = scope.pinned(f"{bare}|{stated}" if stated else bare)
    found = scope.value_set(canonical)
    if found is None:
        params = {"value_set": canonical}
        raise failure("Unable_to_resolve_value_Set_", chinese=chinese, path=f"{side}Url", **params)
    return found


def _result(found: Relation | Indeterminate, this: Definition, other: Definition, options: Options) -> list[Resource]:
    result = found.result if isinstance(found, Relation) else "indeterminate"
    params = {"this": this.canonical, "other": other.canonical}
    if isinstance(found, Indeterminate):
        params["reason"] = found.reason
    text = MESSAGES[f"compare-{result}"].text(options.chinese, params)
    return [{"name": "result", "valueCode": result}, {"name": "message", "valueString": text}]


def _lists(found: Relation, *, expanded: bool) -> list[Resource]:
    """The codes, where there is something to tell apart; as they stand without systems, only if they are few."""
    if expanded and found.result == "same":
        return []
    lists = {"missing-codes": found.missing, "extra-codes": found.extra, "common-codes": found.common}
    return [
        {"name": name, "valueString": ",".join(sorted(codes))}
        for name, codes in lists.items()
        if codes and len(codes) <= _SHOWN
    ]
