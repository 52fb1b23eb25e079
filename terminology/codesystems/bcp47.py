"""Language tags (BCP 47, https://www.rfc-editor.org/rfc/rfc5646) by their grammar and registered subtags."""

from __future__ import annotations

import re
from functools import cache

from fhir_kernel.issues import Issue, issue
from terminology.checks import Verdict
from terminology.codesystems.countries_table import COUNTRIES, FORMER
from terminology.codesystems.grammar import GrammarSystem
from terminology.codesystems.languages_table import AREAS, LANGUAGES, SCRIPTS
from terminology.findings import FOUND, Finding

LANGUAGE_TAGS = "urn:ietf:bcp:47"

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?P<extended>(?:-[a-z]{3}){0,3})|[a-z]{5,8})"
    r"(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+", re.IGNORECASE)
_PRIVATE_LANGUAGE = re.compile(r"q[a-t][a-z]")
_PRIVATE_REGION = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ|EU|UN|AC|CP|DG|EA|IC|TA|CQ")
_GRANDFATHERED = frozenset(
    {"en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo"}
    | {"i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish"}
    | {"no-bok", "no-nyn", "zh-guoyu", "zh-hakka", "zh-min", "zh-min-nan", "zh-xiang"}
)


def language_tags() -> GrammarSystem:
    """Well-formed tags whose language, script and region are registered; case does not matter."""
    return GrammarSystem(LANGUAGE_TAGS, _judge)


def language_fault(tag: str) -> Issue | None:
    """What is wrong with a language tag; None where it is right."""
    if tag.lower() in _GRANDFATHERED or _PRIVATE.fullmatch(tag):
        return None
    return _fault(tag)


def _judge(code: str) -> Finding:
    fault = language_fault(code)
    return FOUND if fault is None else Finding(Verdict.OUT, fault)


def _fault(code: str) -> Issue | None:
    match = _TAG.fullmatch(code)
    if match is None:
        return issue("terminology.language-form", "", code=code)
    language, *extended = match["language"].lower().split("-")
    for subtag in (language, *extended):
        if not _stands_in(LANGUAGES, subtag) and not _PRIVATE_LANGUAGE.fullmatch(subtag):
            return _unregistered(code, subtag, "language")
    script, region = match["script"], match["region"]
    if script and not _stands_in(SCRIPTS, script.title()):
        return _unregistered(code, script, "script")
    if region and not _is_region(region.upper()):
        return _unregistered(code, region, "region")
    return None


def _unregistered(code: str, subtag: str, kind: str) -> Issue:
    return issue("terminology.language-subtag", "", code=code, found=subtag, expected=kind)


def _stands_in(table: str, subtag: str) -> bool:
    return f" {subtag} " in table


def _is_region(region: str) -> bool:
    return region in _regions() or _PRIVATE_REGION.fullmatch(region) is not None


@cache
def _regions() -> frozenset[str]:
    lines = [line.split(" ", 3) for line in (COUNTRIES + FORMER).splitlines()]
    return frozenset([line[0] for line in lines] + [line[2] for line in lines] + AREAS.split())
