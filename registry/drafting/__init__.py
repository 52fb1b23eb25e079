"""What a drafting group uploads: texts and FHIR packages, examined, compared and rendered for readers."""
