"""A sample standard of our own in two editions, for demonstration and tests: no official text, and in force nowhere.

Each edition has the FHIR package `cn.plumbline.sample` (https://hl7.org/fhir/packages.html) with examples that conform,
examples that do not, and the documents that its way through the stages asks for.
"""

from __future__ import annotations

from plumbline.sample.editions import (
    CANONICAL,
    PACKAGE_NAME,
    Document,
    Edition,
    documents,
    editions,
    faulty_folder,
    package_folder,
    text_file,
)
from plumbline.sample.tables import Change, Clause, Expected, changes, clauses, expected

__all__ = [
    "CANONICAL",
    "PACKAGE_NAME",
    "Change",
    "Clause",
    "Document",
    "Edition",
    "Expected",
    "changes",
    "clauses",
    "documents",
    "editions",
    "expected",
    "faulty_folder",
    "package_folder",
    "text_file",
]
