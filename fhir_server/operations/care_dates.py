"""By which dates a resource belongs to a time of care, for `start` and `end` of $everything.

https://hl7.org/fhir/R4/patient-operation-everything.html speaks of "care dates, not record currency dates": when
something was so or was done, or, for what has no such date, when it was asked for or written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fhir_kernel.store.criteria import All, Criterion, DateTest, Match, Missing, Some

CARE_DATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "AdverseEvent", "Appointment", "AuditEvent", "CareTeam", "ClinicalImpression", "Composition", "Consent",
                "DiagnosticReport", "Encounter", "EpisodeOfCare", "FamilyMemberHistory", "Flag", "Immunization",
                "ImmunizationEvaluation", "ImmunizationRecommendation", "Invoice", "List", "Observation", "Procedure",
                "ResearchSubject", "RiskAssessment", "Schedule", "SupplyRequest",
            ),
            ("date",),
        ),
        **dict.fromkeys(
            (
                "Basic", "Claim", "ClaimResponse", "CoverageEligibilityRequest", "CoverageEligibilityResponse",
                "DocumentManifest", "ExplanationOfBenefit", "Media",
            ),
            ("created",),
        ),
        "Account": ("period",),
        "AllergyIntolerance": ("onset", "last-date", "date"),
        "CarePlan": ("date", "activity-date"),
        "ChargeItem": ("occurrence", "entered-date"),
        "Communication": ("sent", "received"),
        "CommunicationRequest": ("occurrence", "authored"),
        "Condition": ("onset-date", "abatement-date", "recorded-date"),
        "DetectedIssue": ("identified",),
        "DeviceRequest": ("event-date", "authored-on"),
        "DocumentReference": ("period", "date"),
        "Goal": ("start-date", "target-date"),
        "ImagingStudy": ("started",),
        "MeasureReport": ("period", "date"),
        "MedicationAdministration": ("effective-time",),
        "MedicationDispense": ("whenhandedover", "whenprepared"),
        "MedicationRequest": ("date", "authoredon"),
        "MedicationStatement": ("effective",),
        "NutritionOrder": ("datetime",),
        "Provenance": ("when", "recorded"),
        "QuestionnaireResponse": ("authored",),
        "RequestGroup": ("authored",),
        "ServiceRequest": ("occurrence", "authored"),
        "Specimen": ("collected",),
        "VisionPrescription": ("datewritten",),
    }
)  # fmt: skip
"""Search parameters by type; what is not here has no time and is in scope at any."""


def in_time(resource_type: str, bounds: tuple[DateTest, ...]) -> Criterion:
    """What a resource of the type meets that has a time within the bounds, or of which no time is known."""
    parameters = CARE_DATES.get(resource_type, ())
    if not parameters or not bounds:
        return All()
    touching = tuple(All(tuple(Match(each, (bound,)) for bound in bounds)) for each in parameters)
    return Some((*touching, All(tuple(Missing(each) for each in parameters))))
