"""Made-up records in the Chinese manner: the same seed makes the same bytes, on every machine."""
