"""Conformance scores of institutions and products: counted, taken, explained, contested and published."""
