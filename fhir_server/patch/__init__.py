"""Changes of a resource that say only what changes (https://hl7.org/fhir/R4/http.html#patch)."""
