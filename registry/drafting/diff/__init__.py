"""What changed between two drafts, element by element and code by code."""
