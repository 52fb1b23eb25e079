"""Clinical resources, right and wrong, to compare invariants written as Python with their FHIRPath."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[dict[str, Any]]
SYSTEM = "http://terminology.hl7.org/CodeSystem"
NOTHING: dict[str, Any] = {"extension": [{"url": "http://a.org", "valueCode": "unknown"}]}


def any_of(**fields: st.SearchStrategy[Any]) -> Strategy:
    return st.fixed_dictionaries({}, optional=fields)


def statuses(*systems: str) -> Strategy:
    """CodeableConcepts with codes that matter, in systems that matter and others."""
    codes = st.sampled_from(("active", "resolved", "inactive", "entered-in-error", "problem-list-item"))
    coding = any_of(system=st.sampled_from((*systems, "http://a.org")), code=codes, display=st.just("x")).filter(bool)
    return any_of(coding=st.lists(coding, min_size=1, max_size=2), text=st.just("x")).filter(bool)


def resources(kind: str, **fields: st.SearchStrategy[Any]) -> Strategy:
    return st.fixed_dictionaries({"resourceType": st.just(kind)}, optional=fields)


conditions = resources(
    "Condition",
    clinicalStatus=statuses(f"{SYSTEM}/condition-clinical"),
    verificationStatus=statuses(f"{SYSTEM}/condition-ver-status"),
    abatementDateTime=st.just("2012"),
    _abatementString=st.just(NOTHING),
    abatementAge=st.just({"value": 1}),
    category=st.lists(statuses(f"{SYSTEM}/condition-category"), min_size=1, max_size=2),
)
allergies = resources(
    "AllergyIntolerance",
    clinicalStatus=statuses(f"{SYSTEM}/allergyintolerance-clinical"),
    verificationStatus=statuses(f"{SYSTEM}/allergyintolerance-verification"),
)
organizations = resources(
    "Organization",
    identifier=st.just([{"value": "1"}]),
    name=st.just("x"),
    _name=st.just(NOTHING),
    active=st.just(True),
)
concept = st.just({"text": "x"})
reference = st.just({"reference": "Patient/1"})
uses = any_of(use=st.sampled_from(("home", "work")), _use=st.just(NOTHING), value=st.just("1")).filter(bool)

CLINICAL: dict[str, tuple[str, Strategy]] = {
    **dict.fromkeys(("con-3", "con-4", "con-5"), ("Condition", conditions)),
    **dict.fromkeys(("ait-1", "ait-2"), ("AllergyIntolerance", allergies)),
    "con-1": ("Condition.stage", any_of(summary=concept, assessment=st.just([{"reference": "A/1"}]), type=concept)),
    "con-2": ("Condition.evidence", any_of(code=st.just([{"text": "x"}]), detail=st.just([{"reference": "A/1"}]))),
    "imm-1": (
        "Immunization.education",
        any_of(
            documentType=st.just("x"),
            _documentType=st.just(NOTHING),
            reference=st.just("http://a.org"),
            publicationDate=st.just("2012"),
        ),
    ),
    "org-1": ("Organization", organizations),
    "org-2": ("Organization.address", uses),
    "org-3": ("Organization.telecom", uses),
    "pat-1": (
        "Patient.contact",
        any_of(
            name=st.just({"text": "x"}),
            telecom=st.just([{"value": "1"}]),
            address=st.just({"text": "x"}),
            organization=reference,
            gender=st.just("male"),
        ),
    ),
}
