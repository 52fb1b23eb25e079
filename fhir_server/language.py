"""In which language a request is answered, by its Accept-Language (RFC 9110, 12.5.4).

Messages are made deep within, far from the request, so what it wants goes along with the task that answers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from fhir_kernel.issues import ISSUE_ID_SYSTEM, Language
from fhir_kernel.resource import Resource

LANGUAGE: ContextVar[Language] = ContextVar("language", default="en")
"""That of the request that is being answered."""


def language_of(headers: Mapping[str, str]) -> Language:
    """Chinese where it is wanted first, else English; the headers are by name in lower case."""
    return "zh" if headers.get("accept-language", "").lower().startswith("zh") else "en"


def is_told_in_chinese(resource: Resource) -> bool:
    """Whether it is an outcome with messages of the catalogue, which are in the language of the request."""
    if LANGUAGE.get() != "zh" or resource.get("resourceType") != "OperationOutcome":
        return False
    codings = [coding for issue in resource["issue"] for coding in issue.get("details", {}).get("coding", ())]
    return any(each.get("system") == ISSUE_ID_SYSTEM for each in codings)
