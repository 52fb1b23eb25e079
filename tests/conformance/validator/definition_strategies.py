"""Definitions, right and wrong, to compare invariants written as Python with their FHIRPath."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[dict[str, Any]]
NOTHING: dict[str, Any] = {"extension": [{"url": "http://a.org", "valueCode": "unknown"}]}
HL7 = "http://hl7.org/fhir/StructureDefinition"


def mostly(**fields: st.SearchStrategy[Any]) -> Strategy:
    """Objects with any of the fields; those that are no lists or objects may be there by an extension alone."""
    siblings = {f"_{name}": st.just(NOTHING) for name in fields if name not in COMPLEX}
    return st.fixed_dictionaries({}, optional=fields | siblings)


def several(rows: Strategy) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(rows.filter(bool), min_size=1, max_size=3)


COMPLEX = (
    "binding", "code", "constraint", "discriminator", "example", "extension", "item", "low", "high", "slicing", "type",
    "base", "patternCoding", "aggregation", "targetProfile", "chain", "snapshot", "differential", "element", "uniqueId",
)  # fmt: skip
paths = st.sampled_from(
    ("Patient", "Patient.name", "Patient.value[x]", "Patient.name:a", "Patient.a b", "Patients.x", "Patient.Name",
     "1a", "Patient.name\n", "Observation.a", "")
)  # fmt: skip
codes = st.sampled_from(("Reference", "canonical", "code", "string", "a.b", "http://hl7.org/fhirpath/System.String"))
element_types = st.fixed_dictionaries(
    {},
    optional={
        "code": codes,
        "_code": st.just(NOTHING),
        "targetProfile": st.just(["http://a.org"]),
        "aggregation": st.just(["contained"]),
    },
)
bindings = mostly(
    strength=st.just("required"),
    valueSet=st.sampled_from(("http://a.org", "https://a.org", "urn:oid:1.2", "#a", "ValueSet/a")),
    description=st.just("x"),
)
slicings = mostly(discriminator=st.just([{"type": "value", "path": "a"}]), description=st.just("x"))
constraints = mostly(key=st.sampled_from("abc"), expression=st.just("true"))
elements = mostly(
    id=st.sampled_from("abc"),
    path=paths,
    min=st.sampled_from((0, 1, 2)),
    max=st.sampled_from(("0", "1", "+2", "*", "x")),
    sliceName=st.sampled_from(("a", "a/b", "a b")),
    sliceIsConstraining=st.booleans(),
    definition=st.just("x"),
    label=st.just("x"),
    requirements=st.just("x"),
    code=st.just([{"code": "x"}]),
    base=st.just({"path": "Patient", "min": 0, "max": "*"}),
    type=several(element_types),
    binding=bindings.filter(bool),
    constraint=several(constraints),
    contentReference=st.just("#a"),
    defaultValueString=st.just("x"),
    meaningWhenMissing=st.just("x"),
    fixedString=st.just("x"),
    patternCoding=st.just({"code": "x"}),
    minValueInteger=st.just(1),
    maxValueDate=st.just("2012"),
    maxLength=st.just(1),
    example=st.just([{"label": "a", "valueString": "b"}]),
    isModifier=st.booleans(),
    isModifierReason=st.just("x"),
)
views = st.fixed_dictionaries({"element": several(elements)})
structures = st.fixed_dictionaries(
    {"resourceType": st.just("StructureDefinition")},
    optional={
        "name": st.sampled_from(("Abc", "abc", "A b", "Abc\n")),
        "_name": st.just(NOTHING),
        "url": st.sampled_from((f"{HL7}/Patient", "http://a.org")),
        "kind": st.sampled_from(("logical", "resource")),
        "type": st.sampled_from(("Patient", "Pat", "Observation")),
        "derivation": st.sampled_from(("constraint", "specialization")),
        **{f"_{name}": st.just(NOTHING) for name in ("url", "kind", "derivation")},
        "snapshot": views,
        "differential": views,
    },
)
search_parameters_without_type = mostly(
    xpath=st.just("x"), xpathUsage=st.just("normal"), chain=st.just(["a"]), name=st.sampled_from(("Abc", "abc"))
).map(lambda value: {"resourceType": "SearchParameter", **value})
search_parameters = search_parameters_without_type | st.sampled_from(
    ({"type": "reference"}, {"type": "token"}, {"_type": NOTHING})
).flatmap(lambda kind: search_parameters_without_type.map(lambda value: {**value, **kind}))
unique_ids = mostly(preferred=st.booleans()).flatmap(
    lambda value: st.sampled_from(({}, {"type": "uuid"}, {"type": "oid"}, {"_type": NOTHING})).map(
        lambda kind: {**value, **kind}
    )
)
naming_systems = mostly(
    kind=st.sampled_from(("root", "codesystem")), name=st.sampled_from(("Abc", "a")), uniqueId=several(unique_ids)
).map(lambda value: {"resourceType": "NamingSystem", **value})
questions = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(("group", "display", "string")),
        "_type": st.just(NOTHING),
        "item": st.just([{"linkId": "a", "type": "display"}]),
    },
)
assertions = mostly(
    extension=st.just([{"url": "http://a.org", "valueCode": "a"}]),
    contentType=st.just("json"),
    path=st.just("a"),
    resource=st.just("Patient"),
    response=st.just("okay"),
)
ranges = mostly(low=st.just({"value": 1}), high=st.just({"value": 1}), text=st.just("x"), age=st.just({"low": {}}))

_ELEMENTS = ("1", "2", "5", "6", "7", "8", "11", "13", "14", "15", "16", "18", "19", "20", "22")
_STRUCTURES = ("0", "1", "9", "14", "16", "17", "19", "22", "23")
NAMED = {
    "adf": "ActivityDefinition", "cmd": "ConceptMap", "cpb": "CapabilityStatement",
    "cpd": "CompartmentDefinition", "csd": "CodeSystem", "ees": "EffectEvidenceSynthesis", "esc": "ExampleScenario",
    "evd": "EventDefinition", "evi": "Evidence", "evv": "EvidenceVariable", "gdf": "GraphDefinition",
    "ig": "ImplementationGuide", "lib": "Library", "mea": "Measure", "msd": "MessageDefinition",
    "opd": "OperationDefinition", "pdf": "PlanDefinition", "que": "Questionnaire", "red": "ResearchElementDefinition",
    "rsd": "ResearchDefinition", "rvs": "RiskEvidenceSynthesis", "smp": "StructureMap",
    "tcp": "TerminologyCapabilities", "tst": "TestScript", "vsd": "ValueSet",
}  # fmt: skip


def _named(kind: str) -> Strategy:
    return mostly(name=st.sampled_from(("Abc", "abc", "A-b", "A" * 256, "x Abc"))).map(
        lambda value: {"resourceType": kind, **value}
    )


DEFINITIONS: dict[str, tuple[str, Strategy]] = {
    **{f"eld-{number}": ("ElementDefinition", elements) for number in _ELEMENTS},
    **{f"sdf-{number}": ("StructureDefinition", structures) for number in _STRUCTURES},
    **{f"{key}-0": (kind, _named(kind)) for key, kind in NAMED.items()},
    **{f"spd-{number}": ("SearchParameter", search_parameters) for number in (0, 1, 2)},
    **{f"nsd-{number}": ("NamingSystem", naming_systems) for number in (0, 1, 2)},
    "eld-4": ("ElementDefinition.type", element_types),
    "eld-17": ("ElementDefinition.type", element_types),
    "eld-12": ("ElementDefinition.binding", bindings),
    "eld-21": ("ElementDefinition.constraint", constraints),
    "eld-1": ("ElementDefinition.slicing", slicings),
    "sdf-3": ("StructureDefinition.snapshot", views),
    "sdf-8": ("StructureDefinition.snapshot", structures),
    "sdf-8a": ("StructureDefinition.differential", structures),
    "sdf-8b": ("StructureDefinition.snapshot", views),
    "sdf-10": ("StructureDefinition.snapshot.element", elements),
    "que-1": ("Questionnaire.item", questions),
    "tst-5": ("TestScript.setup.action.assert", assertions),
    "obs-3": ("Observation.referenceRange", ranges),
}
"""By constraint key, the element path and values; sdf-8 and sdf-8a look around, and get the whole resource."""
