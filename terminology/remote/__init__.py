"""An upstream terminology server, asked about what is not held here (https://hl7.org/fhir/R4/terminology-service.html)."""
