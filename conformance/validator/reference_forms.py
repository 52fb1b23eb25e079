"""The forms that a literal reference may take (https://hl7.org/fhir/R4/references.html#literal)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

FormKind: TypeAlias = Literal["fragment", "relative", "restful", "urn", "url", "conditional", "unusual", "invalid"]
"""`url`: absolute, not `base/Type/id`. `conditional`: `Type?criteria`. `unusual`: a relative URL of another form."""


class Form(NamedTuple):
    """What the text of a reference says."""

    kind: FormKind
    type: str | None = None
    id: str | None = None
    version: str | None = None
    fragment: str | None = None
    url: str | None = None
    """The reference without version and fragment."""
    problem: str | None = None
    """The issue id that says what is wrong with it, where `kind` is `unusual` or `invalid`."""


_IDENTITY = r"(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?"
_RELATIVE = re.compile(_IDENTITY)
_RESTFUL = re.compile(rf"(?P<base>https?://(?:[^\s/?#]+/)+){_IDENTITY}")
_SPACE = re.compile(r"\s")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?\S*")


@lru_cache(maxsize=4096)
def reference_form(reference: str) -> Form:
    """The form of `reference`; never fails. A URN is `urn` even where its UUID or OID is malformed."""
    text, _, fragment = reference.partition("#")
    if not reference or _SPACE.search(reference):
        return Form("invalid", problem="reference.not-a-url")
    if not text:
        return Form("fragment", fragment=fragment)
    if found := _RELATIVE.fullmatch(text):
        return _of_match("relative", found, text, fragment)
    if found := _RESTFUL.fullmatch(text):
        return _of_match("restful", found, text, fragment)
    if text.startswith("urn:"):
        return Form("urn", fragment=fragment or None, url=text)
    if _ABSOLUTE.fullmatch(text):
        return Form("url", fragment=fragment or None, url=text)
    if _CONDITIONAL.fullmatch(text):
        return Form("conditional", type=text.partition("?")[0])
    return Form("unusual", problem="reference.unusual")


def target_type(reference: str) -> str | None:
    """The resource type that the text of `reference` itself names; None where it names none."""
    return reference_form(reference).type


@lru_cache(maxsize=4096)
def restful_base(url: str) -> str | None:
    """`http://server/base/` of `http://server/base/Type/id`, empty for `Type/id`; None for any other URL."""
    found = _RESTFUL.fullmatch(url)
    if found is None:
        return "" if _RELATIVE.fullmatch(url) else None
    return found["base"]


def is_absolute(url: str) -> bool:
    """Whether `url` has a scheme and no white space."""
    return _ABSOLUTE.fullmatch(url) is not None


def _of_match(kind: FormKind, found: re.Match[str], text: str, fragment: str) -> Form:
    version = found["version"]
    url = text.removesuffix(f"/_history/{version}") if version is not None else text
    return Form(kind, found["type"], found["id"], version, fragment or None, url)
