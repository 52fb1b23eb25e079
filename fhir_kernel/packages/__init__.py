"""FHIR packages: read, cache, fetch."""
