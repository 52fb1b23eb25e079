"""Conformance resources and what is computed from them."""
