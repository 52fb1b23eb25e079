"""The requests of the terminology benchmark, each with what its right answer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from random import Random
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks._load import Exchange
from benchmarks._naive import NaiveCodes
from benchmarks.chinese_codes import LARGE_BRANCH, URL

BRANCH, ALL = f"{URL}-branch", f"{URL}-all"
"""Value sets: what lies below one concept, and everything."""
PAGE = 20
_UNKNOWN_SHARE = 0.1

Told = tuple[tuple[str, str, str], ...]
"""The parameters of a request: name, type, value."""


def value_sets() -> Iterator[dict[str, Any]]:
    """The definitions of BRANCH and ALL."""
    below = {"filter": [{"property": "concept", "op": "is-a", "value": LARGE_BRANCH}]}
    for url, name, more in ((BRANCH, "Branch", below), (ALL, "All", {})):
        compose = {"include": [{"system": URL, **more}]}
        yield {"resourceType": "ValueSet", "url": url, "name": name, "status": "active", "compose": compose}


def lookups(codes: NaiveCodes, rng: Random) -> Iterator[Exchange]:
    """`$lookup` of any concept."""
    for turn, code in enumerate(_different(lambda: rng.choice(codes.codes))):
        holds = _text("display", "valueString", codes.displays[code])
        yield _exchange("CodeSystem/$lookup", turn, (("system", "uri", URL), ("code", "code", code)), [holds])


def subsumptions(codes: NaiveCodes, rng: Random) -> Iterator[Exchange]:
    """`$subsumes` of two concepts, in half of the cases one above the other."""
    pairs = codes.pairs(rng)
    for turn, (one, other) in enumerate(_different(lambda: next(pairs))):
        told = (("system", "uri", URL), ("codeA", "code", one), ("codeB", "code", other))
        yield _exchange("CodeSystem/$subsumes", turn, told, [_text("outcome", "valueCode", codes.outcome(one, other))])


def system_checks(codes: NaiveCodes, rng: Random) -> Iterator[Exchange]:
    """CodeSystem `$validate-code`; one code of ten does not exist."""
    for turn, code in enumerate(_different(lambda: _maybe_unknown(codes, rng))):
        told = (("url", "uri", URL), ("code", "code", code))
        yield _exchange("CodeSystem/$validate-code", turn, told, [_result(code in codes.displays)])


def value_set_checks(codes: NaiveCodes, rng: Random) -> Iterator[Exchange]:
    """ValueSet `$validate-code` on BRANCH with any code of the system: three of ten are members."""
    for turn, code in enumerate(_different(lambda: rng.choice(codes.codes))):
        told = (("url", "uri", BRANCH), ("system", "uri", URL), ("code", "code", code))
        yield _exchange("ValueSet/$validate-code", turn, told, [_result(code in codes.branch)])


def first_pages(codes: NaiveCodes, rng: Random) -> Iterator[Exchange]:
    """`$expand` of BRANCH: some twenty from the beginning."""
    return _pages(codes, lambda: (0, rng.randrange(PAGE - 5, PAGE + 6)))


def far_pages(codes: NaiveCodes, rng: Random) -> Iterator[Exchange]:
    """`$expand` of BRANCH: twenty from about a third of the way on, of 300,000 near the 100,000th."""
    third = len(codes.branch) // 3
    return _pages(codes, lambda: (third + rng.randrange(-third // 50, third // 50), PAGE))


def filtered(codes: NaiveCodes, rng: Random, value_set: str) -> Iterator[Exchange]:
    """`$expand` with a text filter of two characters that stand side by side in some display.

    They come as often as they stand there, so that most have thousands of hits; words come again, for nothing is gained
    by having answered one before. The expansion of a whole hierarchy has no total.
    """
    totals = codes.branch_totals if value_set == BRANCH else codes.totals
    for turn in count():
        display = codes.displays[rng.choice(codes.codes)]
        start = rng.randrange(len(display) - 1)
        word = display[start : start + 2]
        told = (("url", "uri", value_set), ("filter", "string", word), ("count", "integer", str(PAGE)))
        holds = [f'"total":{totals[word]},'] if value_set == BRANCH and totals[word] else []
        yield _exchange("ValueSet/$expand", turn, told, holds, word, min(totals[word], PAGE))


def _pages(codes: NaiveCodes, page: Callable[[], tuple[int, int]]) -> Iterator[Exchange]:
    for turn in count():
        offset, length = page()
        place = (("offset", "integer", str(offset)),) if offset else ()
        told = (("url", "uri", BRANCH), *place, ("count", "integer", str(length)))
        yield _exchange("ValueSet/$expand", turn, told, [f'"total":{len(codes.branch)},', f'"system":"{URL}","code"'])


def _different(make: Callable[[], Any]) -> Iterator[Any]:
    seen = set()
    while True:
        each = make()
        if each not in seen:
            seen.add(each)
            yield each


def _maybe_unknown(codes: NaiveCodes, rng: Random) -> str:
    code = rng.choice(codes.codes)
    return code + "x" if rng.random() < _UNKNOWN_SHARE else code


def _exchange(path: str, turn: int, told: Told, holds: Sequence[str], within: str = "", displays: int = 0) -> Exchange:
    """By GET and by POST in turn."""
    if turn % 2:
        query = "&".join(f"{name}={quote(value, safe='')}" for name, _, value in told)
        return Exchange(_written("GET", f"{path}?{query}", ""), holds, within, displays)
    body = {"resourceType": "Parameters", "parameter": [_parameter(*each) for each in told]}
    return Exchange(_written("POST", path, orjson.dumps(body).decode()), holds, within, displays)


def _parameter(name: str, kind: str, value: str) -> Mapping[str, Any]:
    return {"name": name, f"value{kind.capitalize()}": int(value) if kind == "integer" else value}


def _written(method: str, path: str, body: str) -> str:
    lines = [f"{method} /fhir/{path} HTTP/1.1", "host: 127.0.0.1", "accept: application/fhir+json"]
    if body:
        lines += ["content-type: application/fhir+json", f"content-length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body])


def _text(name: str, kind: str, value: str) -> str:
    return f'{{"name":"{name}","{kind}":"{value}"}}'


def _result(right: bool) -> str:
    return f'{{"name":"result","valueBoolean":{"true" if right else "false"}}}'
