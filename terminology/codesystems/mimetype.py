"""Media types (BCP 13, https://www.rfc-editor.org/rfc/rfc6838) by their grammar and registered top-level types."""

from __future__ import annotations

import re

from fhir_kernel.issues import issue
from terminology.checks import Verdict
from terminology.codesystems.grammar import GrammarSystem
from terminology.findings import FOUND, Finding

MEDIA_TYPES = "urn:ietf:bcp:13"

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
# A value with a space should be quoted; FHIR's own examples do without.
_VALUE = rf'(?:[A-Za-z0-9!#$%&*+.^_`|~/:-]+(?: {_TOKEN})*|"(?:[^"\\]|\\.)*")'
_MEDIA_TYPE = re.compile(rf"({_NAME})/(?:{_NAME}|\*)(?:\s*;\s*{_TOKEN}\s*=\s*{_VALUE})*\s*;?")
_TOP_LEVEL = frozenset(
    {"application", "audio", "chemical", "example", "font", "haptics", "image", "message", "model", "multipart"}
    | {"text", "video"}
)
_SHORT_FORMS = frozenset({"json", "xml", "ttl"})
"""What FHIR writes for its own formats, in CapabilityStatement.format (https://hl7.org/fhir/R4/http.html#mime-type)."""


def media_types() -> GrammarSystem:
    """`type/subtype` with its parameters; UNKNOWN where the top-level type is not registered."""
    return GrammarSystem(MEDIA_TYPES, _judge)


def _judge(code: str) -> Finding:
    if code in _SHORT_FORMS:
        return FOUND
    match = _MEDIA_TYPE.fullmatch(code)
    if match is None:
        return Finding(Verdict.OUT, issue("terminology.mime-form", "", code=code))
    top = match[1].lower()
    if top in _TOP_LEVEL or top.startswith("x-"):
        return FOUND
    return Finding(Verdict.UNKNOWN, issue("terminology.mime-type", "", code=code, found=match[1]))
