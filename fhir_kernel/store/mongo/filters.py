"""Criteria as MongoDB filters over the entries of a resource (https://www.mongodb.com/docs/manual/reference/mql/).

Each function answers for one type of resource; chains and `_has` have been replaced by what they lead to (`joins`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import cos, degrees, radians
from typing import Any

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Criterion, DateTest, NumberTest, Test
from fhir_kernel.store.evaluate import EARTH_RADIUS
from fhir_kernel.store.mongo import entries, keys

Filter = dict[str, Any]

NEVER: Filter = {"_id": {"$in": []}}

MAX_PATTERN = 8_000
"""Characters of a text that is looked for within others; MongoDB takes 32 kB of a pattern."""


def everywhere(parts: Sequence[Filter]) -> Filter:
    """All hold."""
    return parts[0] if len(parts) == 1 else {"$and": list(parts)} if parts else {}


def anywhere(parts: Sequence[Filter]) -> Filter:
    """One holds."""
    return parts[0] if len(parts) == 1 else {"$or": list(parts)} if parts else NEVER


def one_of(wanted: Sequence[int]) -> Filter:
    """A resource with one of the keys."""
    return {"x": wanted[0]} if len(wanted) == 1 else {"x": {"$in": list(wanted)}}


def criterion_filter(resource_type: str, criterion: Criterion) -> Filter:
    """The filter of current resources of a type that meet a criterion without chains."""
    match criterion:
        case asked.Match(parameter, tests):
            return tests_filter(resource_type, parameter, tests)
        case asked.Missing(parameter):
            return {"y": {"$ne": keys.parameter_number(resource_type, parameter)}}
        case asked.WithId(ids):
            return {"_id": {"$in": [f"{resource_type}/{each}" for each in sorted(ids)]}}
        case asked.Updated(test):
            return updated_filter(test)
        case asked.All(parts):
            return everywhere([criterion_filter(resource_type, part) for part in parts])
        case asked.Some(parts):
            return anywhere([criterion_filter(resource_type, part) for part in parts])
        case asked.Not(part):
            return {"$nor": [criterion_filter(resource_type, part)]}
    raise TypeError(f"{criterion!r} is to be resolved first")


def tests_filter(resource_type: str, parameter: str, tests: Sequence[Test]) -> Filter:
    """Some value of the parameter passes one of the tests; those by key are asked in one go."""
    wanted: dict[int, None] = {}
    others: list[Filter] = []
    for test in tests:
        made = _TRANSLATIONS[type(test)](resource_type, parameter, test)
        if isinstance(made, list):
            wanted.update(dict.fromkeys(made))
        else:
            others.append(made)
    return anywhere([*([one_of(list(wanted))] if wanted else []), *others])


def updated_filter(test: DateTest) -> Filter:
    """The instant `u` compared as the interval of one microsecond."""
    low, high = test.low, test.high
    within: Filter = {"u": {"$gte": low, "$lt": high}}
    match test.prefix:
        case "eq":
            return within
        case "ne":
            return {"$nor": [within]}
        case "gt" | "sa":
            return {"u": {"$gte": high}}
        case "lt" | "eb":
            return {"u": {"$lt": low}}
        case "ge":
            return {"u": {"$gte": min(low, high)}}
        case "le":
            return {"u": {"$lt": max(low, high)}}
        case "ap":
            return {"u": {"$lt": high, "$gte": low}}


def after_text(text: str) -> str | None:
    """The least text greater than all that begin with `text`; None where there is no bound."""
    for at in range(len(text) - 1, -1, -1):
        following = ord(text[at]) + 1
        if following <= 0x10FFFF:
            return text[:at] + chr(0xE000 if following == 0xD800 else following)
    return None


def _present(resource_type: str, parameter: str) -> Filter:
    return {"y": keys.parameter_number(resource_type, parameter)}


def _token(resource_type: str, parameter: str, test: asked.TokenTest) -> Filter | list[int]:
    if test.system is None and test.code is None and test.type is None:
        return _present(resource_type, parameter)
    return [keys.token_key(resource_type, parameter, test.system, test.code, test.type)]


def _token_text(resource_type: str, parameter: str, test: asked.TokenTextTest) -> Filter | list[int]:
    if not test.text:
        return _present(resource_type, parameter)
    return _text_entry(entries.text_parameter(resource_type, parameter), _begins(test.text))


def _reference(resource_type: str, parameter: str, test: asked.ReferenceTest) -> Filter | list[int]:
    if test.url:
        return [keys.key(resource_type, parameter, "url", test.url, test.version)]
    if not test.id:
        return NEVER
    return [keys.reference_key(resource_type, parameter, f"{test.type}/{test.id}", test.version)]


def _reference_identifier(resource_type: str, parameter: str, test: asked.ReferenceIdentifierTest) -> list[int]:
    token = test.token
    return [keys.token_key(resource_type, parameter, token.system, token.code, token.type, "identifier")]


def _string(resource_type: str, parameter: str, test: asked.StringTest) -> Filter | list[int]:
    if test.mode == "exact":
        return [keys.key(resource_type, parameter, "exact", test.text)]
    number = keys.parameter_number(resource_type, parameter)
    match test.mode:
        case "equal":
            return _text_entry(number, {"f": test.text})
        case "starts":
            return _text_entry(number, _begins(test.text))
        case "contains":
            return _text_entry(number, _contains(test.text))
        case "ends":
            return _text_entry(number, {"f": {"$regex": _pattern(test.text) + r"\z"}})


def _uri(resource_type: str, parameter: str, test: asked.UriTest) -> Filter | list[int]:
    number = entries.uri_parameter(resource_type, parameter)
    match test.mode:
        case "equal":
            return [keys.key(resource_type, parameter, "uri", test.uri)]
        case "above":
            return [keys.key(resource_type, parameter, "uri", each) for each in _roots(test.uri)]
        case "below":
            root = test.uri if test.uri.endswith("/") else test.uri + "/"
            return anywhere([_text_entry(number, {"f": test.uri}), _text_entry(number, _begins(root))])
        case "contains":
            return _text_entry(number, _contains(test.uri))
        case "starts":
            return _text_entry(number, _begins(test.uri))


def _roots(uri: str) -> Iterator[str]:
    """The URI and all that it lies below."""
    yield uri
    for at, character in enumerate(uri):
        if character == "/":
            yield uri[:at]
            yield uri[: at + 1]


def _text_entry(number: int, condition: Filter) -> Filter:
    return {"g": {"$elemMatch": {"p": number, **condition}}}


def _begins(text: str) -> Filter:
    end = after_text(text)
    return {"f": {"$gte": text, **({"$lt": end} if end is not None else {})}}


def _contains(text: str) -> Filter:
    return {"f": {"$regex": _pattern(text)}}


def _pattern(text: str) -> str:
    if len(text) > MAX_PATTERN:
        raise LimitExceeded(f"a text of {len(text)} characters was to be looked for; at most {MAX_PATTERN} can be")
    return re.escape(text).replace("\0", "x00")


def _date(resource_type: str, parameter: str, test: DateTest) -> Filter:
    entry = {"p": keys.parameter_number(resource_type, parameter), **date_condition(test)}
    return {"d": {"$elemMatch": entry}}


def date_condition(test: DateTest) -> Filter:
    """The comparison of one interval; where two bounds would do, both stand there, so that an index narrows more."""
    low, high = test.low, test.high
    match test.prefix:
        case "eq":
            return {"lo": {"$gte": low, "$lte": high}, "hi": {"$lte": high}}
        case "ne":
            return {"$or": [{"lo": {"$lt": low}}, {"hi": {"$gt": high}}]}
        case "gt":
            return {"hi": {"$gt": high}}
        case "lt":
            return {"lo": {"$lt": low}}
        case "ge":
            return {"hi": {"$gte": min(low, high)}, "$or": [{"hi": {"$gt": high}}, {"lo": {"$gte": low}}]}
        case "le":
            return {"lo": {"$lte": max(low, high)}, "$or": [{"lo": {"$lt": low}}, {"hi": {"$lte": high}}]}
        case "sa":
            return {"lo": {"$gte": high}}
        case "eb":
            return {"hi": {"$lte": low}}
        case "ap":
            return {"lo": {"$lt": high}, "hi": {"$gt": low}}


def _number(resource_type: str, parameter: str, test: NumberTest) -> Filter:
    return _number_entry({"p": keys.parameter_number(resource_type, parameter)}, test)


def _number_entry(which: Filter, test: NumberTest) -> Filter:
    return {"q": {"$elemMatch": {**which, **number_condition(test)}}}


def number_condition(test: NumberTest) -> Filter:
    """The comparison of the interval of one number."""
    value, low, high = (entries.exact(each) for each in (test.value, test.low, test.high))
    match test.prefix:
        case "eq":
            return {"lo": {"$gte": low, "$lte": high}, "hi": {"$lt": high}}
        case "ne":
            return {"$or": [{"lo": {"$lt": low}}, {"hi": {"$gte": high}}]}
        case "gt":
            return {"hi": {"$gt": value}}
        case "lt":
            return {"lo": {"$lt": value}}
        case "ge":
            return {"hi": {"$gte": value}}
        case "le":
            return {"lo": {"$lte": value}}
        case "sa":
            return {"lo": {"$gt": value}}
        case "eb":
            return {"hi": {"$lt": value}}
        case "ap":
            return {"lo": {"$lt": high}, "hi": {"$gte": low}}


def _quantity(resource_type: str, parameter: str, test: asked.QuantityTest) -> Filter:
    written: Filter = {"p": keys.parameter_number(resource_type, f"{parameter}:quantity")}
    if test.system is not None:
        written["s"] = test.system
    conditions = [number_condition(test.number)]
    if test.code is not None and test.system is not None:
        written["c"] = test.code
    elif test.code is not None:
        conditions.append({"$or": [{"c": test.code}, {"u": test.code}]})
    if test.canonical is None:
        return {"q": {"$elemMatch": {**written, "$and": conditions}}}
    written["k"] = {"$ne": test.canonical_code}
    canonical = {"p": entries.canonical_parameter(resource_type, parameter, test.canonical_code)}
    return anywhere([_number_entry(canonical, test.canonical), {"q": {"$elemMatch": {**written, "$and": conditions}}}])


def _composite(resource_type: str, parameter: str, test: asked.CompositeTest) -> Filter:
    parts = [
        tests_filter(resource_type, entries.component(parameter, place), [each])
        for place, each in enumerate(test.components)
    ]
    number = keys.parameter_number(resource_type, parameter)
    instance: Filter = {"c": {"$elemMatch": {"p": number, "$and": parts}}}
    first = test.components[0] if test.components else None
    if isinstance(first, asked.TokenTest) and first.code is not None and first.type is None:
        narrow = keys.token_key(resource_type, entries.component(parameter, 0), first.system, first.code)
        return {"$and": [{"x": narrow}, instance]}
    return instance


def _near(resource_type: str, parameter: str, test: asked.NearTest) -> Filter:
    number = keys.parameter_number(resource_type, parameter)
    within = {"$map": {"input": _places(number), "as": "place", "in": {"$lte": [_distance(test), test.metres]}}}
    return {
        "$and": [
            {"l": {"$elemMatch": {"p": number, **_latitudes(test)}}},
            {"$expr": {"$anyElementTrue": [within]}},
        ]
    }


def _latitudes(test: asked.NearTest) -> Filter:
    """A band wide enough for the circle, which spares most of the trigonometry."""
    margin = degrees(test.metres / EARTH_RADIUS) * 1.000001 + 1e-9
    return {"a": {"$gte": test.latitude - margin, "$lte": test.latitude + margin}}


def _places(number: int) -> Filter:
    return {"$filter": {"input": {"$ifNull": ["$l", []]}, "as": "place", "cond": {"$eq": ["$$place.p", number]}}}


def _distance(test: asked.NearTest) -> Filter:
    """The haversine formula, as fhir_kernel.store.evaluate computes it."""
    latitude: Filter = {"$degreesToRadians": "$$place.a"}
    across = {"$pow": [{"$sin": {"$divide": [{"$subtract": [latitude, radians(test.latitude)]}, 2]}}, 2]}
    turn = {"$degreesToRadians": {"$subtract": [test.longitude, "$$place.o"]}}
    along = {"$pow": [{"$sin": {"$divide": [turn, 2]}}, 2]}
    along = {"$multiply": [{"$cos": latitude}, cos(radians(test.latitude)), along]}
    half: Filter = {"$asin": {"$min": [1.0, {"$sqrt": {"$add": [across, along]}}]}}
    return {"$multiply": [2 * EARTH_RADIUS, half]}


def _text(resource_type: str, parameter: str, test: asked.TextTest) -> Filter:
    number = keys.parameter_number(resource_type, parameter)
    words = [{"f": {"$regex": _pattern(word)}} for word in test.words]
    return {"w": {"$elemMatch": {"p": number, **({"$and": words} if words else {})}}}


_TRANSLATIONS: Mapping[type, Callable[[str, str, Any], Filter | list[int]]] = {
    asked.TokenTest: _token,
    asked.TokenTextTest: _token_text,
    asked.ReferenceTest: _reference,
    asked.ReferenceIdentifierTest: _reference_identifier,
    asked.StringTest: _string,
    asked.UriTest: _uri,
    asked.DateTest: _date,
    asked.NumberTest: _number,
    asked.QuantityTest: _quantity,
    asked.CompositeTest: _composite,
    asked.NearTest: _near,
    asked.TextTest: _text,
}
"""To keys, where equality decides, or to a filter."""
