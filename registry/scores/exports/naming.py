"""Canonical addresses and identifiers of what is handed out as FHIR (https://hl7.org/fhir/R4/references.html#logical)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from conformance.scoring.period import Period
from conformance.scoring.said import Said
from fhir_kernel.resource import Resource
from fhir_server.identity.audit import ORGANISATION
from registry.scores.account import ScoreAccount
from registry.sentence import Sentence

_BASE = "https://plumbline.dev/fhir"
MEASURE = f"{_BASE}/Measure/conformance-score"
MEASURED = f"{_BASE}/CodeSystem/conformance-score"
"""Of what is measured, `score`, its limits, coverage and D1 to D7, and of what divides it, `level` and `rule`."""
SNAPSHOT, SHA256, RULE_PACK, RULE = (
    f"{_BASE}/sid/{each}" for each in ("score-snapshot", "sha-256", "rule-pack", "rule")
)
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def identifier(system: str, value: str) -> Resource:
    return {"system": system, "value": value}


def identifiers(account: ScoreAccount) -> list[Resource]:
    """The snapshot by its id, and by the digest of its bytes."""
    return [identifier(SNAPSHOT, account.snapshot.id), identifier(SHA256, account.snapshot.digest)]


def institution(account: ScoreAccount) -> Resource:
    """A reference to whom the score is of."""
    own = account.subject
    return {"type": "Organization", "identifier": identifier(ORGANISATION, own.id), "display": own.name}


def institution_uri(account: ScoreAccount) -> str:
    return f"{ORGANISATION}/{quote(account.subject.id, safe='')}"


def in_both(name: str, said: Said | Sentence) -> dict[str, Any]:
    """The element `name` in English, with its translation (https://hl7.org/fhir/R4/extension-translation.html)."""
    if not (said.en and said.zh):
        return {name: said.en or said.zh}
    parts = [{"url": "lang", "valueCode": "zh"}, {"url": "content", "valueString": said.zh}]
    return {name: said.en, f"_{name}": {"extension": [{"url": _TRANSLATION, "extension": parts}]}}


def coded(code: str, said: Said | Sentence) -> Resource:
    """A code of ours, as a CodeableConcept."""
    return {"coding": [{"system": MEASURED, "code": code}], **in_both("text", said)}


def days(period: Period) -> Resource:
    """A Period of FHIR."""
    return {"start": str(period.begin), "end": str(period.end)}


def number(value: float | Decimal) -> Decimal:
    """A decimal as it is written: no exponent, no digits that mean nothing."""
    return Decimal(f"{value:.6f}".rstrip("0").rstrip("."))
