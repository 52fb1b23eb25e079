"""For each thing that a CapabilityStatement can claim, a request that calls it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tests.fhir_server.records_world import core
from tests.fhir_server.world import parameters

Call = tuple[str, str, dict[str, Any]]
"""Method, path, and the rest."""
GENDERS = "http://hl7.org/fhir/administrative-gender"
GENDER_SET = "http://hl7.org/fhir/ValueSet/administrative-gender"
ADDRESSES = "http://hl7.org/fhir/ConceptMap/cm-address-type-v3"
LABELS = {"tag": [{"system": "http://example.org/tags", "code": "new"}]}
VALUES: Mapping[str, str] = {
    "token": "a",
    "string": "a",
    "reference": "x",
    "uri": "http://example.org/a",
    "date": "2024",
    "quantity": "1",
    "number": "1",
}
SPECIAL: Mapping[str, str] = {"near": "1|2|3|km", "_filter": "_id eq x"}


def sending(method: str, path: str, resource: Any, content_type: str = "application/fhir+json", **headers: str) -> Call:
    named = {"content-type": content_type} | {name.replace("_", "-"): text for name, text in headers.items()}
    return method, path, {"content": json.dumps(resource), "headers": named}


def getting(path: str) -> Call:
    return "GET", path, {"headers": {"accept": "application/fhir+json"}}


def resource_of(kind: str, id_: str | None = None, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, **({"id": id_} if id_ else {}), "language": "en", **more}


def interactions(kind: str) -> Mapping[str, Call]:
    """On a type that has the resources `x` and `gone`."""
    return {
        "read": getting(f"{kind}/x"),
        "vread": getting(f"{kind}/x/_history/1"),
        "update": sending("PUT", f"{kind}/x", resource_of(kind, "x", language="zh")),
        "patch": sending("PATCH", f"{kind}/x", {"language": "fr"}, "application/merge-patch+json"),
        "create": sending("POST", kind, resource_of(kind)),
        "search-type": getting(f"{kind}?_id=x"),
        "history-instance": getting(f"{kind}/x/_history"),
        "history-type": getting(f"{kind}/_history"),
        "delete": ("DELETE", f"{kind}/gone", {}),
    }


def conditional(kind: str) -> Iterator[tuple[Call, int]]:
    """The conditional forms and their statuses, in order; `x` and `new` are there, `none` is not."""
    yield sending("POST", kind, resource_of(kind), if_none_exist="_id=x"), 200
    yield sending("POST", kind, resource_of(kind), if_none_exist="_id=none"), 201
    yield sending("PUT", f"{kind}?_id=x", resource_of(kind, language="de")), 200
    yield sending("PUT", f"{kind}?_id=none", resource_of(kind, "none")), 201
    yield sending("PATCH", f"{kind}?_id=x", {"language": "it"}, "application/merge-patch+json"), 200
    yield ("GET", f"{kind}/x", {"headers": {"if-none-match": "*", "accept": "application/fhir+json"}}), 304
    yield ("DELETE", f"{kind}?_id=none", {}), 204
    yield sending("PUT", f"{kind}/upsert", resource_of(kind, "upsert")), 201


def search(kind: str, row: Mapping[str, Any]) -> Call:
    """By every parameter at once: what it is, not what it finds."""
    pairs = [(each["name"], value_of(each)) for each in row["searchParam"]]
    return getting(f"{kind}?{'&'.join(f'{name}={quote(value)}' for name, value in pairs)}")


def value_of(claimed: Mapping[str, str]) -> str:
    if claimed["type"] == "special":
        return SPECIAL[claimed["name"]]
    if claimed["type"] != "composite":
        return VALUES[claimed["type"]]
    definition = core().find(claimed["definition"], "SearchParameter")
    assert definition is not None
    parts = (core().find(each["definition"], "SearchParameter") for each in definition["component"])
    return "$".join(VALUES[each["type"]] for each in parts if each is not None)


def including(kind: str, row: Mapping[str, Any]) -> Call:
    return getting(f"{kind}?_id=x&{'&'.join(f'_include={quote(each)}' for each in row['searchInclude'])}")


def _terminology(kind: str) -> Mapping[str, Sequence[Call]]:
    one = f"url={GENDER_SET}&system={GENDERS}&code=male"
    batch = [{"name": "validation", "resource": parameters(url=("valueUri", GENDER_SET), code=("valueCode", "male"))}]
    matched = [{"name": "code", "valueCode": "display"}, {"name": "value", "valueString": "Male"}]
    rows = [{"name": "property", "part": matched}, {"name": "exact", "valueBoolean": False}]
    return {
        "lookup": [getting(f"CodeSystem/$lookup?system={GENDERS}&code=male")],
        "validate-code": [
            getting(f"CodeSystem/$validate-code?url={GENDERS}&code=male"),
            getting(f"ValueSet/$validate-code?{one}"),
        ],
        "batch-validate-code": [
            sending("POST", f"{kind}/$batch-validate-code", {"resourceType": "Parameters", "parameter": batch})
        ],
        "subsumes": [getting(f"CodeSystem/$subsumes?system={GENDERS}&codeA=male&codeB=other")],
        "find-matches": [
            sending(
                "POST",
                f"CodeSystem/$find-matches?system={GENDERS}",
                {"resourceType": "Parameters", "parameter": rows},
            )
        ],
        "expand": [getting(f"ValueSet/$expand?url={GENDER_SET}")],
        "compare": [getting(f"ValueSet/$compare?thisUrl={GENDER_SET}&otherUrl={GENDER_SET}")],
        "translate": [
            getting(f"ConceptMap/$translate?url={ADDRESSES}&system=http://hl7.org/fhir/address-type&code=postal")
        ],
        "closure": [sending("POST", "$closure", parameters(name="a"))],
    }


def operation(name: str, kind: str) -> Sequence[Call]:
    """Calls of an operation on a type that has the resource `x`; of the system where `kind` is empty."""
    on_type = f"{kind}/" if kind else ""
    labels = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": LABELS}]}
    sum_ = parameters(expression="1 + 1")
    given = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource_of(kind, "x")}]}
    of_what = {"name": "resource", "resource": resource_of(kind or "Basic")}
    calls: Mapping[str, Sequence[Call]] = {
        "versions": [getting("$versions")],
        "cache-control": [sending("POST", "$cache-control", parameters(mode=("valueCode", "start")))],
        "meta": [getting(f"{on_type}$meta"), *([getting(f"{kind}/x/$meta")] if kind else [])],
        "meta-add": [sending("POST", f"{kind}/x/$meta-add", labels)],
        "meta-delete": [sending("POST", f"{kind}/x/$meta-delete", labels)],
        "fhirpath": [
            sending("POST", f"{on_type}$fhirpath", {**sum_, "parameter": [*sum_["parameter"], of_what]}),
            *([sending("POST", f"{kind}/x/$fhirpath", sum_)] if kind else []),
        ],
        "reindex": [
            getting(f"{on_type}$reindex"),
            sending("POST", f"{on_type}$reindex", {"resourceType": "Parameters"}),
        ],
        "validate": [sending("POST", f"{kind}/$validate", given), sending("POST", f"{kind}/x/$validate", given)],
        "everything": [getting(f"{kind}/x/$everything"), getting(f"{kind}/x/$everything?_count=1")],
        **_terminology(kind),
    }
    return calls[name]
