from __future__ import annotations

from decimal import Decimal

import pytest

from fhir_kernel.store.criteria import (
    All,
    Chain,
    CompositeTest,
    DateTest,
    Has,
    Match,
    Missing,
    NearTest,
    Not,
    NumberTest,
    OfTypes,
    QuantityTest,
    ReferenceIdentifierTest,
    ReferenceTest,
    Some,
    StringTest,
    TextTest,
    TokenTest,
    TokenTextTest,
    Updated,
    UriTest,
    WithId,
)
from fhir_kernel.store.values import (
    EARLIEST,
    LATEST,
    CompositeValue,
    DateValue,
    PositionValue,
    ReferenceValue,
    TextValue,
    TokenValue,
    UriValue,
)
from tests.contract.world import DAY, START, change, code, deletion, found, number, put, quantity, text

pytestmark = pytest.mark.anyio


def _one(parameter, *tests):
    return Match(parameter, tests)


@pytest.mark.parametrize(
    ("test", "ids"),
    [
        (TokenTest(None, "a"), ["1", "2", "3"]),
        (TokenTest("s", "a"), ["1"]),
        (TokenTest("", "a"), ["2"]),
        (TokenTest("s", None), ["1", "4"]),
        (TokenTest("", None), ["2"]),
        (TokenTest(None, None), ["1", "2", "3", "4"]),
        (TokenTest(None, "a", "t|MR"), ["3"]),
        (TokenTest("u", "a", "t|MR"), ["3"]),
        (TokenTest("u", None, "t|MR"), ["3"]),
        (TokenTest(None, None, "t|MR"), ["3"]),
        (TokenTest("s", "a", "t|MR"), []),
        (TokenTest(None, "A"), []),
        (TokenTextTest("高血"), ["4"]),
        (TokenTextTest("血"), []),
    ],
)
async def test_tokens(store, test, ids):
    await put(
        store,
        change("Basic/1", code=code("a", "s")),
        change("Basic/2", code=code("a")),
        change("Basic/3", code=code("a", "u", type="t|MR")),
        change("Basic/4", code=code("b", "s", text="高血压")),
        change("Basic/5"),
    )
    assert await found(store, "Basic", _one("code", test)) == ids


@pytest.mark.parametrize(
    ("test", "ids"),
    [
        (ReferenceTest("Patient", "p"), ["1", "2"]),
        (ReferenceTest("", "p"), ["1", "2", "3"]),
        (ReferenceTest("Patient", "p", version="3"), ["2"]),
        (ReferenceTest(url="http://a/b"), ["4"]),
        (ReferenceTest(url="http://a/b", version="1"), ["4"]),
        (ReferenceTest(url="http://a/b", version="2"), []),
        (ReferenceIdentifierTest(TokenTest("urn:id", "7")), ["5"]),
        (ReferenceIdentifierTest(TokenTest(None, "8")), []),
        (ReferenceTest("Patient", "nobody"), []),
    ],
)
async def test_references(store, test, ids):
    await put(
        store,
        change("Basic/1", subject=ReferenceValue("Patient", "p")),
        change("Basic/2", subject=ReferenceValue("Patient", "p", version="3")),
        change("Basic/3", subject=ReferenceValue("Group", "p")),
        change("Basic/4", subject=ReferenceValue(url="http://a/b", version="1")),
        change("Basic/5", subject=ReferenceValue(identifier=TokenValue("urn:id", "7"))),
    )
    assert await found(store, "Basic", _one("subject", test)) == ids


@pytest.mark.parametrize(
    ("mode", "asked", "ids"),
    [
        ("starts", "li", ["1", "2"]),
        ("starts", "", ["1", "2", "3", "4"]),
        ("contains", "建", ["3", "4"]),
        ("contains", "建国", ["3"]),
        ("contains", "张建国", ["3"]),
        ("contains", "国", ["3", "4"]),
        ("contains", "国建", ["4"]),
        ("contains", "建张", []),
        ("contains", "i x", ["1"]),
        ("contains", '"', []),
        ("exact", "Li Xia", ["1"]),
        ("exact", "li xia", []),
        ("exact", "LI", ["2"]),
        ("equal", "li", ["2"]),
        ("equal", "li xi", []),
        ("ends", "xia", ["1"]),
        ("ends", "国建", ["4"]),
        ("ends", "i", ["2"]),
    ],
)
async def test_strings(store, mode, asked, ids):
    await put(
        store,
        change("Basic/1", name=text("Li Xia")),
        change("Basic/2", name=[text("LI"), text("x")]),
        change("Basic/3", name=text("张建国")),
        change("Basic/4", name=text("李国建")),
    )
    assert await found(store, "Basic", _one("name", StringTest(mode, asked))) == ids


async def test_strings_are_found_anywhere_when_there_are_many_of_them(store):
    await put(store, *(change(f"Basic/{at:04}", name=text(f"患者甲乙{at:04}号")) for at in range(900)))
    await put(store, change("Basic/0007", 2, at=1, name=text("改名")))
    assert await found(store, "Basic", _one("name", StringTest("contains", "乙0007"))) == []
    assert await found(store, "Basic", _one("name", StringTest("contains", "改名"))) == ["0007"]
    assert await found(store, "Basic", _one("name", StringTest("contains", "乙0123"))) == ["0123"]
    assert await found(store, "Basic", _one("name", StringTest("contains", "89"))) == [
        f"{at:04}" for at in range(900) if "89" in f"{at:04}"
    ]


@pytest.mark.parametrize(
    ("mode", "asked", "ids"),
    [
        ("equal", "http://a/b", ["2"]),
        ("below", "http://a/b", ["2", "3"]),
        ("below", "http://a/", ["1", "2", "3", "4"]),
        ("above", "http://a/b/c", ["1", "2", "3"]),
        ("above", "http://a/b", ["1", "2"]),
        ("starts", "http://a/b", ["2", "3", "4"]),
        ("contains", "/b", ["2", "3", "4"]),
        ("equal", "HTTP://a/b", []),
    ],
)
async def test_uris(store, mode, asked, ids):
    uris = ["http://a/", "http://a/b", "http://a/b/c", "http://a/bc"]
    await put(store, *(change(f"Basic/{at}", url=UriValue(uri)) for at, uri in enumerate(uris, start=1)))
    assert await found(store, "Basic", _one("url", UriTest(mode, asked))) == ids


@pytest.mark.parametrize(
    ("prefix", "ids"),
    [
        ("eq", ["day", "hour"]),
        ("ne", ["before", "month", "next", "open", "until"]),
        ("gt", ["month", "next", "open"]),
        ("lt", ["before", "month", "open", "until"]),
        ("ge", ["day", "hour", "month", "next", "open"]),
        ("le", ["before", "day", "hour", "month", "open", "until"]),
        ("sa", ["next"]),
        ("eb", ["before"]),
        ("ap", ["day", "hour", "month", "open", "until"]),
    ],
)
async def test_dates_pass_as_each_prefix_says(store, prefix, ids):
    day, hour = 10 * DAY, DAY // 24
    dates = {
        "before": (day - 2 * hour, day - hour),
        "day": (day, day + DAY),
        "hour": (day + hour, day + 2 * hour),
        "month": (0, 30 * DAY),
        "next": (day + DAY, day + 2 * DAY),
        "open": (EARLIEST, LATEST),
        "until": (EARLIEST, day + hour),
    }
    await put(store, *(change(f"Basic/{name}", date=DateValue(*each)) for name, each in dates.items()))
    assert await found(store, "Basic", _one("date", DateTest(prefix, day, day + DAY))) == ids


@pytest.mark.parametrize(
    ("prefix", "ids"),
    [
        ("eq", "2458"),
        ("ne", "01367"),
        ("gt", "345678"),
        ("lt", "01234"),
        ("ge", "345678"),
        ("le", "01234"),
        ("sa", "5678"),
        ("eb", "012"),
        ("ap", "23458"),
    ],
)
async def test_numbers_pass_to_the_last_digit(store, prefix, ids):
    written = ["-5", "0", "99.9", "100", "100.00", "100.4", "101", "1e3", "100.000000000000000000001"]
    await put(store, *(change(f"Basic/{at}", value=number(each)) for at, each in enumerate(written)))
    asked = number("100")
    test = NumberTest(prefix, asked.value, asked.low, asked.high)
    assert await found(store, "Basic", _one("value", test)) == list(ids)


async def test_quantities_are_compared_in_canonical_units_and_as_they_are_written(store):
    await put(
        store,
        change("Basic/1", q=quantity("5", "g", canonical=number("5"), canonical_code="g")),
        change("Basic/2", q=quantity("5000", "mg", canonical=number("5.000"), canonical_code="g")),
        change("Basic/3", q=quantity("5", "tablet")),
        change("Basic/4", q=quantity("7", "g", canonical=number("7"), canonical_code="g")),
    )
    asked = number("5")
    of_five = NumberTest("eq", asked.value, Decimal("4.5"), Decimal("5.6"))
    assert await found(store, "Basic", _one("q", QuantityTest(of_five))) == ["1", "3"]
    system = "http://unitsofmeasure.org"
    assert await found(store, "Basic", _one("q", QuantityTest(of_five, None, "tablet"))) == ["3"]
    assert await found(store, "Basic", _one("q", QuantityTest(of_five, system, "mg"))) == []
    assert await found(store, "Basic", _one("q", QuantityTest(of_five, system, "g", of_five, "g"))) == ["1", "2"]
    more = NumberTest("gt", Decimal(5), Decimal("4.5"), Decimal("5.5"))
    # A quantity of 5 may be 5.4: it is greater than 5 as far as its precision goes.
    assert "4" in await found(store, "Basic", _one("q", QuantityTest(more, system, "g", more, "g")))


async def test_composites_hold_within_one_instance(store):
    def pair(name, value):
        return CompositeValue(((code(name, "s"),), (quantity(value, "mm"),)))

    await put(
        store,
        change("Basic/1", pair=[pair("a", "1"), pair("b", "100")]),
        change("Basic/2", pair=[pair("a", "100"), pair("b", "1")]),
    )
    over = QuantityTest(NumberTest("gt", Decimal(50), Decimal(50), Decimal(50)))
    assert await found(store, "Basic", _one("pair", CompositeTest((TokenTest(None, "a"), over)))) == ["2"]
    assert await found(store, "Basic", Not(_one("pair", CompositeTest((TokenTest("s", "b"), over))))) == ["2"]
    await put(store, change("Basic/1", 2, at=1, pair=[pair("a", "60")]))
    assert await found(store, "Basic", _one("pair", CompositeTest((TokenTest("s", "a"), over)))) == ["1", "2"]


async def test_places_are_found_within_a_distance_across_the_line_of_the_date_too(store):
    await put(
        store,
        change("Basic/beijing", near=PositionValue(39.9, 116.4)),
        change("Basic/tianjin", near=PositionValue(39.1, 117.2)),
        change("Basic/fiji", near=PositionValue(-17.0, 179.95)),
        change("Basic/pole", near=PositionValue(89.99, 0.0)),
    )
    assert await found(store, "Basic", _one("near", NearTest(39.9, 116.4, 1000))) == ["beijing"]
    assert await found(store, "Basic", _one("near", NearTest(39.5, 116.8, 120_000))) == ["beijing", "tianjin"]
    assert await found(store, "Basic", _one("near", NearTest(-17.0, -179.95, 20_000))) == ["fiji"]
    assert await found(store, "Basic", _one("near", NearTest(89.99, 180.0, 5_000))) == ["pole"]


async def test_words_of_a_text_stand_anywhere_in_it(store):
    await put(
        store,
        change("Basic/1", _text=TextValue("患者有高血压病史 since 2019")),
        change("Basic/2", _text=TextValue("无高血糖")),
        change("Basic/3", _content=TextValue("高血压")),
    )
    assert await found(store, "Basic", _one("_text", TextTest(("高血",)))) == ["1", "2"]
    assert await found(store, "Basic", _one("_text", TextTest(("压", "2019")))) == ["1"]
    assert await found(store, "Basic", _one("_text", TextTest(("高血压", "糖")))) == []
    await put(store, change("Basic/1", 2, at=1, _text=TextValue("已愈")))
    assert await found(store, "Basic", _one("_text", TextTest(("高血压",)))) == []
    assert await found(store, "Basic", _one("_text", TextTest(("已愈",)))) == ["1"]


async def _family(store):
    await put(
        store,
        change("Patient/1", name=text("Zhang"), org=ReferenceValue("Organization", "o")),
        change("Patient/2", name=text("Wang")),
        change("Organization/o", name=text("Clinic")),
        change("Observation/a", subject=ReferenceValue("Patient", "1"), code=code("hr")),
        change("Observation/b", subject=ReferenceValue("Patient", "2"), code=code("bp")),
        change("Observation/c", subject=ReferenceValue("Patient", "gone"), code=code("hr")),
        change("Observation/d", code=code("hr")),
        change("Provenance/x", target=ReferenceValue("Observation", "b"), agent=code("me")),
    )


async def test_chains_follow_references_to_current_resources(store):
    await _family(store)
    named = _one("name", StringTest("starts", "zh"))
    assert await found(store, "Observation", Chain("subject", ("Patient",), named)) == ["a"]
    assert await found(store, "Observation", Chain("subject", ("Group",), named)) == []
    assert await found(store, "Observation", Chain("subject", ("Patient",), All())) == ["a", "b"]
    clinic = Chain("org", ("Organization",), _one("name", StringTest("starts", "clin")))
    assert await found(store, "Observation", Chain("subject", ("Group", "Patient"), clinic)) == ["a"]
    assert await found(store, "Observation", Not(Chain("subject", ("Patient",), named))) == ["b", "c", "d"]
    await put(store, deletion("Patient/1", 2, at=1))
    assert await found(store, "Observation", Chain("subject", ("Patient",), named)) == []


async def test_has_follows_references_back(store):
    await _family(store)
    rate = _one("code", TokenTest(None, "hr"))
    assert await found(store, "Patient", Has("Observation", "subject", rate)) == ["1"]
    assert await found(store, "Patient", Has("Observation", "subject", All())) == ["1", "2"]
    mine = Has("Provenance", "target", _one("agent", TokenTest(None, "me")))
    assert await found(store, "Patient", Has("Observation", "subject", mine)) == ["2"]
    assert await found(store, "Patient", Not(Has("Observation", "subject", rate))) == ["2"]
    both = All((Has("Observation", "subject", rate), _one("name", StringTest("starts", "zhang"))))
    assert await found(store, "Patient", both) == ["1"]
    assert await found(store, "Group", Has("Observation", "subject", All())) == []


async def test_criteria_are_combined(store):
    await put(
        store,
        change("Basic/1", a=code("x"), b=code("y")),
        change("Basic/2", a=code("x")),
        change("Basic/3", b=code("y")),
        change("Other/4", a=code("x")),
    )
    a, b = _one("a", TokenTest(None, "x")), _one("b", TokenTest(None, "y"))
    assert await found(store, "Basic", All((a, b))) == ["1"]
    assert await found(store, "Basic", Some((a, b))) == ["1", "2", "3"]
    assert await found(store, "Basic", Some()) == []
    assert await found(store, "Basic", All()) == ["1", "2", "3"]
    assert await found(store, "Basic", Not(a)) == ["3"]
    assert await found(store, "Basic", Not(All((a, b)))) == ["2", "3"]
    assert await found(store, "Basic", Missing("b")) == ["2"]
    assert await found(store, "Basic", Missing("unknown")) == ["1", "2", "3"]
    assert await found(store, "Basic", All((a, Missing("b")))) == ["2"]
    assert await found(store, "Basic", WithId(frozenset({"1", "3", "9"}))) == ["1", "3"]
    assert await found(store, "Basic", WithId(frozenset())) == []
    assert await found(store, ("Other", "Basic"), a) == ["1", "2", "4"]
    assert await found(store, ("Other", "Basic"), Missing("b")) == ["2", "4"]
    assert await found(store, ("Other", "Basic"), OfTypes(("Other",), a)) == ["4"]
    assert await found(store, ("Other", "Basic"), Some((OfTypes(("Other",), a), OfTypes(("Basic",), b)))) == [
        *("1", "3"),
        "4",
    ]
    assert await found(store, "Basic", OfTypes(("Other",), a)) == []
    assert await found(store, ("Nothing",), All()) == []
    assert await store.count("Basic", a) == 2
    assert await store.count("Nothing", All()) == 0


async def test_resources_are_found_by_when_they_were_written(store):
    await put(store, change("Basic/1"), change("Basic/2", at=10), change("Basic/3", at=20))
    low = int(START.timestamp()) * 1_000_000
    second = 1_000_000
    assert await found(store, "Basic", Updated(DateTest("ge", low + 10 * second, low + 11 * second))) == ["2", "3"]
    assert await found(store, "Basic", Updated(DateTest("eq", low, low + second))) == ["1"]
    assert await found(store, "Basic", Updated(DateTest("lt", low + 10 * second, low + 11 * second))) == ["1"]
    assert await found(store, "Basic", Updated(DateTest("sa", low, low + 10 * second))) == ["2", "3"]


async def test_a_thousand_values_may_be_asked_for_at_once(store):
    await put(store, change("Basic/1", code=code("c7"), name=text("n7"), date=DateValue(7, 8)), change("Basic/2"))
    codes = tuple(TokenTest(None, f"c{at}") for at in range(1200))
    names = tuple(StringTest("starts", f"n{at}") for at in range(1200))
    dates = tuple(DateTest("eq", at, at + 1) for at in range(1200))
    for parameter, tests in (("code", codes), ("name", names), ("date", dates)):
        assert await found(store, "Basic", Match(parameter, tests)) == ["1"]
        assert await found(store, "Basic", Not(Match(parameter, tests))) == ["2"]


async def test_the_codes_in_use_are_told(store):
    await put(
        store,
        change("Basic/1", code=[code("a", "s"), code("b", "s")]),
        change("Basic/2", code=[code("a", "s"), code("a")]),
        change("Basic/3", code=code("gone")),
        change("Other/1", code=code("other")),
    )
    await put(store, deletion("Basic/3", 2, at=1))
    assert list(await store.tokens("Basic", "code")) == [code("a"), code("a", "s"), code("b", "s")]
    assert list(await store.tokens("Basic", "unknown")) == []
    assert list(await store.tokens("Unknown", "code")) == []
