"""Concepts of code systems as numbered rows: in memory for small ones, in index files for large ones."""
