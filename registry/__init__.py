"""The lifecycle of standards: from proposal to a rule that the server enforces."""
