"""Units of measure by their UCUM codes (https://ucum.org/ucum): validity, comparison, conversion."""

from fhir_kernel.ucum.convert import canonical, comparable, convert, fault, validate

__all__ = ["canonical", "comparable", "convert", "fault", "validate"]
