"""FHIR packages in the making: read, compiled, their examples validated, and released."""
