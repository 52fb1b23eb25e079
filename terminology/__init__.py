"""Code systems, value sets and concept maps; knows no HTTP."""
