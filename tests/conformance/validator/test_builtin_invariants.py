from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.validator.builtin_invariants import BUILTINS, SCOPED
from conformance.validator.corrections import corrected
from conformance.validator.references import Scope
from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.fhirpath import Engine, Environment, Expression, node
from tests.conformance.validator.clinical_strategies import CLINICAL
from tests.conformance.validator.definition_strategies import COMPLEX, DEFINITIONS

Strategy = st.SearchStrategy[dict[str, Any]]
UCUM = "http://unitsofmeasure.org"
NOTHING: dict[str, Any] = {"extension": [{"url": "http://a.org", "valueCode": "unknown"}]}


def some(**fields: st.SearchStrategy[Any]) -> Strategy:
    """Objects with any of the fields; a primitive may be there by its extension alone."""
    siblings = {f"_{name}": st.just(NOTHING) for name in fields if name in PRIMITIVES}
    return st.fixed_dictionaries({}, optional=fields | siblings)


PRIMITIVES = ("start", "end", "code", "system", "value", "contentType", "data", "reference", "total", "fullUrl")
MORE = (
    "type",
    "entry",
    "contained",
    "text",
    "component",
    "concept",
    "item",
    "valueString",
    "path",
    "name",
    "min",
    "max",
)
NAMES = (*PRIMITIVES, *MORE, *COMPLEX)
BUNDLE_TYPES = ("document", "message", "searchset", "history", "collection", "transaction", "batch-response")
moments = st.sampled_from(
    (
        "2012", "2012-02", "2012-02-03", "2012-02-04", "2012-02-03T10:00:00Z", "2012-02-03T10:00:00.5Z",
        "2012-02-03T10:00:00.50Z", "2012-02-03T18:00:00+08:00", "2012-02-03T19:00:00+08:00",
        "2012-02-03T00:00:00+14:00",
    )
)  # fmt: skip
numbers = st.sampled_from((-1, 0, 1, 40, Decimal("1.0"), Decimal("1.5"), Decimal("-0.5")))
quantities = some(
    value=numbers,
    code=st.sampled_from(("1", "a", "mm")),
    system=st.sampled_from((UCUM, "http://a.org")),
    comparator=st.just("<"),
)
coding = some(system=st.sampled_from(("http://a.org", "http://b.org")), code=st.sampled_from("abc"))
concept = st.fixed_dictionaries({"coding": st.lists(coding.filter(bool), min_size=1, max_size=2)})
metas = some(versionId=st.sampled_from("12"), lastUpdated=moments, security=st.just([{"code": "R"}])).filter(bool)
inner = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.sampled_from("ab")},
    optional={"meta": metas, "contained": st.just([{"resourceType": "Patient"}])},
)
resources = st.fixed_dictionaries(
    {"resourceType": st.just("Patient")},
    optional={
        "contained": st.lists(inner, min_size=1, max_size=2),
        "text": st.just({"status": "empty", "div": "<div/>"}),
    },
)
head = st.sampled_from(("Composition", "MessageHeader", "Patient")).flatmap(
    lambda kind: st.fixed_dictionaries({"resourceType": st.just(kind)}, optional={"meta": some(versionId=st.just("1"))})
)
entries = some(
    fullUrl=st.sampled_from(("http://a.org/Patient/1", "http://a.org/Patient/2", "http://a.org/Patient/1/_history/1")),
    resource=head,
    request=st.just({"method": "GET", "url": "Patient"}),
    response=st.just({"status": "200"}),
    search=st.just({"mode": "match"}),
)
bundles = st.fixed_dictionaries(
    {"resourceType": st.just("Bundle"), "type": st.sampled_from(BUNDLE_TYPES)},
    optional={
        "total": st.just(1),
        "timestamp": st.just("2012-02-03T10:00:00Z"),
        "identifier": some(system=st.just("http://a.org"), value=st.just("1")).filter(bool),
        "entry": st.lists(entries.filter(bool), min_size=1, max_size=3),
    },
)
observations = st.fixed_dictionaries(
    {"resourceType": st.just("Observation"), "code": concept},
    optional={
        "valueString": st.just("x"),
        "_valueString": st.just(NOTHING),
        "dataAbsentReason": concept,
        "component": st.lists(st.fixed_dictionaries({"code": concept}), min_size=1, max_size=2),
    },
)
concepts = st.recursive(
    st.fixed_dictionaries({"code": st.sampled_from("abcde")}),
    lambda below: st.fixed_dictionaries(
        {"code": st.sampled_from("abcde"), "concept": st.lists(below, min_size=1, max_size=2)}
    ),
    max_leaves=4,
)
items = st.recursive(
    st.fixed_dictionaries({"linkId": st.sampled_from("abcde")}),
    lambda below: st.fixed_dictionaries(
        {"linkId": st.sampled_from("abcde"), "item": st.lists(below, min_size=1, max_size=2)}
    ),
    max_leaves=4,
)

extensions = some(
    url=st.just("http://a.org"),
    extension=st.just([{"url": "b", "valueCode": "c"}]),
    valueString=st.just("x"),
    _valueString=st.just(NOTHING),
)
code_systems = st.fixed_dictionaries(
    {"resourceType": st.just("CodeSystem"), "concept": st.lists(concepts, min_size=1, max_size=3)}
)
questionnaires = st.fixed_dictionaries(
    {"resourceType": st.just("Questionnaire"), "item": st.lists(items, min_size=1, max_size=3)}
)

CASES: dict[str, tuple[str, Strategy]] = {
    "age-1": ("Age", quantities),
    "att-1": ("Attachment", some(data=st.just("AAAA"), contentType=st.just("text/plain"))),
    "bdl-5": ("Bundle.entry", entries),
    "bdl-8": ("Bundle.entry", entries),
    "cnt-3": ("Count", quantities),
    "cpt-2": ("ContactPoint", some(system=st.just("phone"), value=st.just("1"))),
    "csd-1": ("CodeSystem", code_systems),
    "dis-1": ("Distance", quantities),
    "drt-1": ("Duration", quantities),
    "ext-1": ("Extension", extensions),
    "per-1": ("Period", some(start=moments, end=moments)),
    "qty-3": ("Quantity", quantities),
    "que-2": ("Questionnaire", questionnaires),
    "ref-1": ("Reference", some(reference=st.sampled_from(("#", "#a", "#c", "Patient/1")), display=st.just("x"))),
    **dict.fromkeys(("dom-2", "dom-4", "dom-5", "dom-6"), ("Patient", resources)),
    **dict.fromkeys(("obs-6", "obs-7"), ("Observation", observations)),
    **{f"bdl-{number}": ("Bundle", bundles) for number in (1, 2, 3, 4, 7, 9, 10, 11, 12)},
    **DEFINITIONS,
    **CLINICAL,
}
DATATYPES = {
    "StructureDefinition.snapshot.element": "ElementDefinition",
    "StructureDefinition.differential.element": "ElementDefinition",
    "Organization.address": "Address",
    "Organization.telecom": "ContactPoint",
}
"""The types of elements that are no inline elements."""
PUBLISHED_IN_PROFILES = {"sqty-1": ("Quantity", quantities, "comparator.empty()")}

core: Callable[[], Catalog] = cache(open_core)


@cache
def expression(key: str, type_name: str) -> Expression:
    if key in PUBLISHED_IN_PROFILES:
        return engine().compile(PUBLISHED_IN_PROFILES[key][2])
    elements = core().structure(type_name.partition(".")[0])["snapshot"]["element"]
    rows = [row for element in elements if element["path"] == type_name for row in element["constraint"]]
    published = next(row["expression"] for row in rows if row["key"] == key)
    return engine().compile(corrected(key, type_name, published) or published)


@cache
def engine() -> Engine:
    return Engine(core().model)


def test_every_hand_written_invariant_is_compared_with_its_fhirpath() -> None:
    assert CASES.keys() | PUBLISHED_IN_PROFILES.keys() == BUILTINS.keys()


@pytest.mark.parametrize("key", sorted(BUILTINS))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_python_and_fhirpath_agree(key: str, data: st.DataObject) -> None:
    type_name, strategy = CASES.get(key) or PUBLISHED_IN_PROFILES[key][:2]
    value = data.draw(strategy)
    is_resource = "resourceType" in value
    root = value if is_resource else {"resourceType": "Patient", "contained": [{"resourceType": "Patient", "id": "a"}]}
    around = node(root, root["resourceType"])
    environment = Environment(resource=around, root_resource=around)
    if is_resource and "." in type_name:
        value = value.get(type_name.rpartition(".")[2]) or {"element": [{"path": "Patient"}]}
    value_type = DATATYPES.get(type_name, type_name)
    wanted = expression(key, type_name).holds(around if value is root else node(value, value_type), environment)
    scope = Scope(root, root, root["resourceType"])
    assert BUILTINS[key](*((value, scope) if key in SCOPED else (value,))) is wanted


@pytest.mark.parametrize("key", sorted(BUILTINS))
@pytest.mark.parametrize("broken", [None, 1, "x", [], [None], [1], {}, {"id": [1]}, [{"id": {}}], True])
def test_a_value_of_the_wrong_shape_is_no_failure(key: str, broken: Any) -> None:
    value = {"resourceType": "Patient", **dict.fromkeys(NAMES, broken)}
    for each in (value, {**value, "type": "document"}):
        scope = Scope(each, each, "Patient")
        BUILTINS[key](*((each, scope) if key in SCOPED else (each,)))


def test_a_contained_resource_needs_no_narrative_of_its_own() -> None:
    inner = {"resourceType": "Patient", "id": "a"}
    outer = {"resourceType": "Patient", "contained": [inner]}
    root = Scope(outer, outer, "Patient")
    assert not BUILTINS["dom-6"](outer, root)
    assert BUILTINS["dom-6"](inner, Scope(inner, outer, "Patient.contained[0]", root))


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        ("2012-02-03T23:00:00+08:00", "2012-02-03", True),
        ("2012-02-03", "2012", True),
        ("2012-02-04", "2012-02-03", False),
        ("2012-02-03T10:00:00Z", "2012-02-03T11:00:00+08:00", False),
        ("2012-02-03T10:00:00.5Z", "2012-02-03T10:00:00Z", False),
        ("2013", "2012-12", False),
    ],
)
def test_a_period_ends_no_earlier_than_it_starts(start: str, end: str, *, holds: bool) -> None:
    assert BUILTINS["per-1"]({"start": start, "end": end}) is holds
