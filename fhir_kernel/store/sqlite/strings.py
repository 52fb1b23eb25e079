"""Tests of strings, URIs and texts as SQL (https://hl7.org/fhir/R4/search.html#string, #uri)."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.sqlite.hashes import hash_of
from fhir_kernel.store.sqlite.lookups import Held, found, hashed_condition, hashed_source, own, within
from fhir_kernel.store.sqlite.sql import Source, Sql, any_of, one_of, union
from fhir_kernel.store.sqlite.texts import phrases_holding
from fhir_kernel.store.sqlite.world import World


def string_condition(tests: Sequence[asked.StringTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    """Some string passes one of the tests."""
    exact = [hash_of("e", test.text) for test in tests if test.mode == "exact"]
    others = [_text_test(test.mode, test.text, "v.low") for test in tests if test.mode != "exact"]
    return any_of([hashed_condition(exact, sps, held), own(others, sps, held)])


def _text_test(mode: str, text: str, column: str) -> Sql:
    match mode:
        case "contains":
            return Sql(f"instr({column}, ?)", (text,))
        case "equal":
            return Sql(f"{column} = ?", (text,))
        case "ends":
            end = text.encode()
            return Sql(f"substr(CAST({column} AS BLOB), ?) = ?", (-len(end), end)) if end else Sql("1", ())
        case _:
            return within(column, text)


def string_source(tests: Sequence[asked.StringTest], sps: Sequence[int], _: World) -> Source:
    """What has such a string."""
    exact = [hash_of("e", test.text) for test in tests if test.mode == "exact"]
    arms = [hashed_source(exact, sps)] if exact else []
    arms.extend(_text_source(test.mode, test.text, sps) for test in tests if test.mode != "exact")
    return union(arms)


def _text_source(mode: str, text: str, sps: Sequence[int]) -> Source:
    if mode not in ("contains", "ends"):
        return found("string", sps, _text_test(mode, text, "text"), exact=True)
    held, sp, fits = phrases_holding([text]), one_of(sps), _text_test(mode, text, "s.text")
    return Source(
        Sql(
            f"SELECT s.res AS res FROM ({held.text}) f CROSS JOIN string s ON s.sp {sp.text} AND s.text = f.text "
            f"AND {fits.text}",
            held.values + sp.values + fits.values,
        ),
        exact=True,
    )


def uri_condition(tests: Sequence[asked.UriTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    """Some URI passes one of the tests."""
    return own([each for test in tests for each in _uri_tests(test, "v.low")], sps, held)


def uri_source(tests: Sequence[asked.UriTest], sps: Sequence[int], _: World) -> Source:
    """What has such a URI."""
    holding = [_text_source("contains", test.uri, sps) for test in tests if test.mode == "contains"]
    others = [each for test in tests if test.mode != "contains" for each in _uri_tests(test, "text")]
    return union([*holding, *(found("string", sps, each, exact=True) for each in others)])


def _uri_tests(test: asked.UriTest, column: str) -> Sequence[Sql]:
    match test.mode:
        case "equal":
            return [Sql(f"{column} = ?", (test.uri,))]
        case "contains":
            return [Sql(f"instr({column}, ?)", (test.uri,))]
        case "starts":
            return [within(column, test.uri)]
        case "below":
            root = test.uri if test.uri.endswith("/") else test.uri + "/"
            return [Sql(f"{column} = ?", (test.uri,)), within(column, root)]
        case "above":
            cuts = [at for at, each in enumerate(test.uri) if each == "/"]
            roots = {test.uri, *(test.uri[:at] for at in cuts), *(test.uri[: at + 1] for at in cuts)}
            same = one_of(sorted(roots))
            return [Sql(f"{column} {same.text}", same.values)]


def passage_condition(tests: Sequence[asked.TextTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    """Every word of one of the tests stands in a text."""
    sp = one_of(sps)
    fits = any_of([Sql(" AND ".join("instr(p.text, ?)" for _ in test.words) or "1", test.words) for test in tests])
    return Sql(
        f"EXISTS (SELECT 1 FROM passage v CROSS JOIN phrase p ON p.id = v.phrase WHERE v.res = {held.res} "
        f"AND v.sp {sp.text} AND {fits.text})",
        sp.values + fits.values,
    )


def passage_source(tests: Sequence[asked.TextTest], sps: Sequence[int], _: World) -> Source:
    """What has such a text."""
    sp, arms = one_of(sps), []
    for test in tests:
        held = phrases_holding(test.words)
        text = f"SELECT x.res AS res FROM ({held.text}) f CROSS JOIN passage x ON x.phrase = f.id AND x.sp {sp.text}"
        arms.append(Source(Sql(text, held.values + sp.values), exact=True))
    return union(arms)
