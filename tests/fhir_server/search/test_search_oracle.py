"""Whatever is asked of whatever world, the same is found as by reading question and resources literally."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.fhir_server.search.world import found, observation, patient

IDS = ("a", "b", "c", "d")
NAMES = ("Eve", "Évelyn", "Steve", "eve")
GENDERS = ("male", "female", "other")
DATES = ("2013", "2013-03", "2013-03-14", "2013-04", "2014-01-01", "2012-12-31")
NUMBERS = (4, 5, 6)
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")


def plain(text):
    return text.casefold().replace("é", "e")


def days(text):
    """The first day, and the one after the last."""
    year, *rest = map(int, text.split("-"))
    if len(rest) == 2:
        first = date(year, *rest).toordinal()
        return first, first + 1
    if not rest:
        return date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    following = (year + rest[0] // 12, rest[0] % 12 + 1)
    return date(year, rest[0], 1).toordinal(), date(*following, 1).toordinal()


def date_holds(prefix, value, asked):
    (low, high), (start, end) = days(value), days(asked)
    within = set(range(low, high)) <= set(range(start, end))
    return {
        "eq": within,
        "ne": not within,
        "gt": any(day >= end for day in range(low, high)),
        "lt": any(day < start for day in range(low, high)),
        "ge": within or any(day >= end for day in range(low, high)),
        "le": within or any(day < start for day in range(low, high)),
        "sa": all(day >= end for day in range(low, high)),
        "eb": all(day < start for day in range(low, high)),
    }[prefix]


def number_holds(prefix, value, asked):
    return {
        "eq": value == asked,
        "ne": value != asked,
        "gt": value > asked,
        "lt": value < asked,
        "ge": value >= asked,
        "le": value <= asked,
        "sa": value > asked,
        "eb": value < asked,
    }[prefix]


@st.composite
def patients(draw, identity):
    more = {}
    if draw(st.booleans()):
        more["gender"] = draw(st.sampled_from(GENDERS))
    if draw(st.booleans()):
        more["birthDate"] = draw(st.sampled_from(DATES))
    if given_names := draw(st.lists(st.sampled_from(NAMES), max_size=2)):
        more["name"] = [{"given": given_names}]
    return patient(identity, **more)


@st.composite
def observations(draw, identity):
    more = {"subject": {"reference": f"Patient/{draw(st.sampled_from(IDS))}"}} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        more["valueQuantity"] = {"value": draw(st.sampled_from(NUMBERS))}
    return observation(identity, **more)


worlds = st.tuples(*(patients(each) for each in IDS[:3]), *(observations(each) for each in IDS[:3])).map(list)


def givens(resource):
    return [each for name in resource.get("name", ()) for each in name["given"]]


def about_patients():
    """Pairs of a query and what it says of a patient, given the world."""
    gender, moment, name = st.sampled_from(GENDERS), st.sampled_from(DATES), st.sampled_from(("e", "Eve", "st"))
    return st.one_of(
        gender.map(lambda g: (f"gender={g}", lambda p, _w: p.get("gender") == g)),
        gender.map(lambda g: (f"gender:not={g}", lambda p, _w: p.get("gender") != g)),
        st.just(("gender:missing=true", lambda p, _w: "gender" not in p)),
        st.just(("birthdate:missing=false", lambda p, _w: "birthDate" in p)),
        st.tuples(gender, gender).map(lambda g: (f"gender={g[0]},{g[1]}", lambda p, _w: p.get("gender") in g)),
        name.map(lambda n: (f"given={n}", lambda p, _w: any(plain(each).startswith(plain(n)) for each in givens(p)))),
        name.map(lambda n: (f"given:contains={n}", lambda p, _w: any(plain(n) in plain(each) for each in givens(p)))),
        name.map(lambda n: (f"given:exact={n}", lambda p, _w: n in givens(p))),
        st.tuples(st.sampled_from(PREFIXES), moment).map(
            lambda d: (
                f"birthdate={d[0]}{d[1]}",
                lambda p, _w: "birthDate" in p and date_holds(d[0], p["birthDate"], d[1]),
            )
        ),
        st.sampled_from(IDS).map(lambda i: (f"_id={i}", lambda p, _w: p["id"] == i)),
    )


def about_observations():
    number = st.tuples(st.sampled_from(PREFIXES), st.sampled_from(NUMBERS))
    return st.one_of(
        number.map(
            lambda n: (
                f"value-quantity={n[0]}{n[1]}",
                lambda o, _w: "valueQuantity" in o and number_holds(n[0], o["valueQuantity"]["value"], n[1]),
            )
        ),
        st.sampled_from(IDS).map(lambda i: (f"patient={i}", lambda o, _w: subject(o) == i)),
        st.sampled_from(IDS).map(lambda i: (f"subject=Patient/{i}", lambda o, _w: subject(o) == i)),
    )


def subject(resource):
    return resource.get("subject", {}).get("reference", "").removeprefix("Patient/") or None


def chained(inner):
    query, holds = inner
    return f"subject:Patient.{query}", lambda o, world: any(
        p["id"] == subject(o) and holds(p, world) for p in world if p["resourceType"] == "Patient"
    )


def reversed_chain(inner):
    query, holds = inner
    return f"_has:Observation:patient:{query}", lambda p, world: any(
        subject(o) == p["id"] and holds(o, world) for o in world if o["resourceType"] == "Observation"
    )


def literal(world, resource_type, asked):
    matching = [each for each in world if each["resourceType"] == resource_type]
    return sorted(each["id"] for each in matching if all(holds(each, world) for _, holds in asked))


@given(worlds, st.lists(st.one_of(about_patients(), about_observations().map(reversed_chain)), min_size=1, max_size=3))
def test_patients_are_found_as_the_question_says(world, asked):
    query = "&".join(text for text, _ in asked)
    assert sorted(found(world, query)) == literal(world, "Patient", asked)


@given(worlds, st.lists(st.one_of(about_observations(), about_patients().map(chained)), min_size=1, max_size=3))
def test_observations_are_found_as_the_question_says(world, asked):
    query = "&".join(text for text, _ in asked)
    assert sorted(found(world, query, "Observation")) == literal(world, "Observation", asked)
