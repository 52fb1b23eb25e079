"""Practice: what the rules of the published standards say of records that nobody keeps and nobody scores."""
