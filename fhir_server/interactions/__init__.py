"""What a client can do, one file for each interaction (https://hl7.org/fhir/R4/http.html)."""
