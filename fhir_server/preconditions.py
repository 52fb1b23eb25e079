"""What the headers of a request ask of versions and of the answer.

https://hl7.org/fhir/R4/http.html#concurrency, #cread and #ops; dates and tags as in RFC 9110, 8.8 and 13.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal, cast

from fhir_kernel.store.records import Version
from fhir_server.outcomes import refused

Return = Literal["minimal", "representation", "OperationOutcome"]
_RETURNS = ("minimal", "representation", "OperationOutcome")
_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*\Z')
_BARE = re.compile(r"\s*[0-9]+\s*")
_ASYNC = re.compile(r"(?:^|[,;])\s*respond-async\s*(?:\Z|[,;])")
_PREFERENCE = re.compile(r'(?:^|[,;])\s*(return|handling)\s*=\s*"?([A-Za-z]+)"?')


@dataclass(frozen=True, slots=True)
class Precondition:
    """Versions with which a write may go on: those of If-Match, and none of If-None-Match; `*` means any there is."""

    match: frozenset[str] = frozenset()
    none_match: frozenset[str] = frozenset()

    def check(self, current: Version | None) -> None:
        """Raises RequestRefused (412) where the current version is not one to go on with."""
        number = None if current is None or current.is_deleted else str(current.number)
        if self.match and number not in self.match and not ("*" in self.match and number):
            found = f"it is at version {number}" if number else "there is no current version"
            asked = " or ".join(sorted(self.match))
            raise refused("conflict", f"If-Match asks for version {asked}, but {found}; read it anew", status=412)
        if number is not None and self.none_match & {number, "*"}:
            text = f"If-None-Match forbids this where there is a version {number} already"
            raise refused("conflict", text, status=412)


def precondition_of(headers: Mapping[str, str]) -> Precondition:
    """If-Match and If-None-Match. Raises RequestRefused (400) where one is no list of entity tags."""
    match, none_match = headers.get("if-match"), headers.get("if-none-match")
    if match is None and none_match is None:
        return _NONE
    return Precondition(_tags("If-Match", match), _tags("If-None-Match", none_match))


def etag(version: Version) -> str:
    """The weak entity tag of a version."""
    return f'W/"{version.number}"'


def http_date(instant: datetime) -> str:
    """An instant as HTTP writes it; the fraction of the second is cut off."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)


def version_headers(version: Version) -> dict[str, str]:
    """ETag and Last-Modified."""
    return {"etag": etag(version), "last-modified": http_date(version.updated)}


def is_unmodified(version: Version, headers: Mapping[str, str]) -> bool:
    """Whether the client has this version already; If-None-Match counts before If-Modified-Since.

    Some clients send the number of the version bare; where nothing is written it is taken for the tag.
    Raises RequestRefused (400) where either is not well-formed.
    """
    if (tags := headers.get("if-none-match")) is not None:
        if _BARE.fullmatch(tags):
            return tags.strip() == str(version.number)
        return bool(_tags("If-None-Match", tags) & {str(version.number), "*"})
    if (since := headers.get("if-modified-since")) is not None:
        return version.updated.replace(microsecond=0) <= _instant(since)
    return False


def returned(prefer: str, otherwise: Return = "representation") -> Return:
    """How much of what was written is to be returned; a wish that is not known counts for nothing."""
    if not prefer:
        return otherwise
    wishes = dict(_PREFERENCE.findall(prefer))
    wish = wishes.get("return")
    return cast(Return, wish) if wish in _RETURNS else otherwise


def is_async(prefer: str) -> bool:
    """Whether the answer may come later (https://hl7.org/fhir/R4/async.html)."""
    return _ASYNC.search(prefer) is not None


def is_lenient(prefer: str) -> bool:
    """Whether what is not understood in a search is to be passed over."""
    return bool(prefer) and dict(_PREFERENCE.findall(prefer)).get("handling") == "lenient"


_NONE = Precondition()


def _tags(name: str, text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset()
    if text.strip() == "*":
        return frozenset("*")
    found = [_TAG.match(each) for each in text.split(",")]
    tags = frozenset(each[1] for each in found if each is not None)
    if len(tags) < len(set(text.split(","))):
        raise refused("value", f"{name} is '{text}'; expected the ETag of a version, such as W/\"1\", or *")
    return tags


def _instant(text: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        text = f"If-Modified-Since is '{text}'; expected a date such as Wed, 21 Oct 2015 07:28:00 GMT"
        raise refused("value", text) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
