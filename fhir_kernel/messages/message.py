"""One entry of the catalogue of issues."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["fatal", "error", "warning", "information"]


class Message(NamedTuple):
    """How one issue id is reported.

    `severity` and `code` (https://hl7.org/fhir/R4/valueset-issue-type.html) are the defaults; `en` and `zh` are
    `str.format` templates over the same parameters, of which `found` and `expected` are usual.
    """

    severity: Severity
    code: str
    en: str
    zh: str
