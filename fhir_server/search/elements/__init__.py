"""How the elements of each data type are compared in a search (https://hl7.org/fhir/R4/search.html#ptypes)."""
