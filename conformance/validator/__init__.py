"""Validates FHIR R4 resources against R4 and any profile (https://hl7.org/fhir/R4/validation.html)."""

from conformance.validator.api import Validator
from conformance.validator.policy import Policy
from conformance.validator.report import Report

__all__ = ["Policy", "Report", "Validator"]
