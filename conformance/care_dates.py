"""By which dates a resource belongs to a time of care: the search parameters, and the elements that they look at.

https://hl7.org/fhir/R4/patient-operation-everything.html speaks of "care dates, not record currency dates": when
something was so or was done, or, for what has no such date, when it was asked for or written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CARE_DATES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Account": {"period": "servicePeriod"},
        "AdverseEvent": {"date": "date"},
        "AllergyIntolerance": {"onset": "reaction.onset", "last-date": "lastOccurrence", "date": "recordedDate"},
        "Appointment": {"date": "start"},
        "AuditEvent": {"date": "recorded"},
        "Basic": {"created": "created"},
        "CarePlan": {"date": "period", "activity-date": "activity.detail.scheduled"},
        "CareTeam": {"date": "period"},
        "ChargeItem": {"occurrence": "occurrence", "entered-date": "enteredDate"},
        "Claim": {"created": "created"},
        "ClaimResponse": {"created": "created"},
        "ClinicalImpression": {"date": "date"},
        "Communication": {"sent": "sent", "received": "received"},
        "CommunicationRequest": {"occurrence": "occurrence", "authored": "authoredOn"},
        "Composition": {"date": "date"},
        "Condition": {"onset-date": "onset", "abatement-date": "abatement", "recorded-date": "recordedDate"},
        "Consent": {"date": "dateTime"},
        "CoverageEligibilityRequest": {"created": "created"},
        "CoverageEligibilityResponse": {"created": "created"},
        "DetectedIssue": {"identified": "identified"},
        "DeviceRequest": {"event-date": "occurrence", "authored-on": "authoredOn"},
        "DiagnosticReport": {"date": "effective"},
        "DocumentManifest": {"created": "created"},
        "DocumentReference": {"period": "context.period", "date": "date"},
        "Encounter": {"date": "period"},
        "EpisodeOfCare": {"date": "period"},
        "ExplanationOfBenefit": {"created": "created"},
        "FamilyMemberHistory": {"date": "date"},
        "Flag": {"date": "period"},
        "Goal": {"start-date": "start", "target-date": "target.due"},
        "ImagingStudy": {"started": "started"},
        "Immunization": {"date": "occurrence"},
        "ImmunizationEvaluation": {"date": "date"},
        "ImmunizationRecommendation": {"date": "date"},
        "Invoice": {"date": "date"},
        "List": {"date": "date"},
        "MeasureReport": {"period": "period", "date": "date"},
        "Media": {"created": "created"},
        "MedicationAdministration": {"effective-time": "effective"},
        "MedicationDispense": {"whenhandedover": "whenHandedOver", "whenprepared": "whenPrepared"},
        "MedicationRequest": {"date": "dosageInstruction.timing.event", "authoredon": "authoredOn"},
        "MedicationStatement": {"effective": "effective"},
        "NutritionOrder": {"datetime": "dateTime"},
        "Observation": {"date": "effective"},
        "Procedure": {"date": "performed"},
        "Provenance": {"when": "occurred", "recorded": "recorded"},
        "QuestionnaireResponse": {"authored": "authored"},
        "RequestGroup": {"authored": "authoredOn"},
        "ResearchSubject": {"date": "period"},
        "RiskAssessment": {"date": "occurrence"},
        "Schedule": {"date": "planningHorizon"},
        "ServiceRequest": {"occurrence": "occurrence", "authored": "authoredOn"},
        "Specimen": {"collected": "collection.collected"},
        "SupplyRequest": {"date": "authoredOn"},
        "VisionPrescription": {"datewritten": "dateWritten"},
    }
)
"""By type and search parameter the path of the element below the resource, without `[x]`.

What is not here has no time.
"""
