"""FHIR R4 REST over a store."""
