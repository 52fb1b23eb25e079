"""What is handed out of a score: pages, workbooks and FHIR resources, each a pure function of its account."""
