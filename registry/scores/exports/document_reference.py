"""Where the report of a score is, and the digests of its bytes (https://hl7.org/fhir/R4/documentreference.html)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from fhir_kernel.issues import Language
from fhir_kernel.resource import Resource
from registry.scores.account import ScoreAccount
from registry.scores.exports.naming import SHA256, SNAPSHOT, days, identifier, in_both, institution
from registry.scores.exports.numbers import instant
from registry.scores.exports.words import WORDS, word

_LANGUAGES: Mapping[Language, str] = {"en": "en", "zh": "zh-CN"}


def document_reference(account: ScoreAccount, reports: Mapping[Language, bytes], address: str) -> Resource:
    """One document in several languages; `address` is that of the report, which takes `?language=`.

    R4 has SHA-1 in an attachment, which no longer protects from forgery: SHA-256 stands among the identifiers.
    """
    digests = [identifier(SHA256, hashlib.sha256(content).hexdigest()) for content in reports.values()]
    return {
        "resourceType": "DocumentReference",
        "masterIdentifier": identifier(SNAPSHOT, f"{account.snapshot.id}/{account.subject.id}"),
        "identifier": digests,
        "status": "current",
        "docStatus": "final",
        "type": in_both("text", WORDS["report"]),
        "date": instant(account.snapshot.taken),
        "content": [{"attachment": _attachment(account, *each, address)} for each in reports.items()],
        "context": {"period": days(account.period), "related": [institution(account)]},
    }


def _attachment(account: ScoreAccount, language: Language, content: bytes, address: str) -> Resource:
    return {
        "contentType": "text/html",
        "language": _LANGUAGES[language],
        "url": f"{address}?language={language}",
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
        "title": word("report", language),
        "creation": instant(account.snapshot.taken),
    }
