"""Operations on what is stored; one module an operation (https://hl7.org/fhir/R4/operations.html)."""
