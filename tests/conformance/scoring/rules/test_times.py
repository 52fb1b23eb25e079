from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.care_dates import CARE_DATES
from conformance.scoring.rules.moments import moment
from conformance.scoring.rules.times import Times, born_and_living
from fhir_kernel.store.records import Key, Version
from tests.conformance.scoring.rules.world import NOW, Scoring, scoring
from tests.conformance.validator.world import core, profile


@cache
def judge(kind: str) -> Scoring:
    return scoring(profile(kind))


BASES: dict[str, dict[str, Any]] = {
    "Observation": {"status": "final", "code": {"text": "x"}},
    "Encounter": {"status": "finished", "class": {"code": "AMB"}},
    "Condition": {"subject": {"reference": "Patient/1"}},
    "Patient": {},
}


def came(rule: str, kind: str, **dates: Any) -> bool | None:
    """Whether a record passes a rule; None where it is not asked."""
    found = judge(kind).of({"resourceType": kind, **BASES[kind], **dates})
    return rule not in found.failed if rule in found.asked else None


@pytest.mark.parametrize(
    ("kind", "dates", "passes"),
    [
        ("Observation", {}, None),
        ("Observation", {"effectiveDateTime": "2025-04-01"}, True),
        ("Observation", {"effectiveDateTime": "2025-04-03"}, False),
        ("Observation", {"effectiveDateTime": "2025-04-01T12:04:00Z"}, True),
        ("Observation", {"effectiveDateTime": "2025-04-01T12:06:00Z"}, False),
        ("Observation", {"effectiveDateTime": "2025-03-01", "issued": "2025-03-01T00:00:00Z"}, True),
        ("Observation", {"effectiveDateTime": "2025-03-05", "issued": "2025-03-01T00:00:00Z"}, False),
        ("Encounter", {"period": {"start": "2025-03-01", "end": "2025-03-02"}}, True),
        ("Encounter", {"period": {"start": "2025-03-05", "end": "2025-03-01"}}, False),
        ("Encounter", {"period": {"start": "2025-03-03", "end": "2025-03-02"}}, False),
        ("Encounter", {"period": {"start": "2025-03", "end": "2025-03-02"}}, True),
        ("Encounter", {"period": {"start": "2025-03-01"}}, True),
        ("Encounter", {"period": {"start": "2099-03-01", "end": "2099-03-02"}}, False),
        ("Encounter", {"period": {"start": "2025-03-01", "end": "2099-03-02"}}, False),
        ("Encounter", {"status": "in-progress", "period": {"start": "2025-03-01", "end": "2099-03-02"}}, True),
        ("Encounter", {"status": "planned", "period": {"start": "2099-03-01", "end": "2099-03-02"}}, True),
        ("Patient", {"birthDate": "2000-01-01", "deceasedDateTime": "1998"}, False),
        ("Patient", {"birthDate": "2000", "deceasedDateTime": "2000-05"}, True),
        ("Condition", {"onsetDateTime": "2025-02", "abatementDateTime": "2025-01-02"}, False),
        ("Condition", {"recordedDate": "2025-03-01"}, True),
    ],
)
def test_dates_come_in_their_order(kind: str, dates: dict[str, Any], passes: bool | None) -> None:
    assert came(":order", kind, **dates) is passes


@pytest.mark.parametrize(
    ("kind", "dates", "passes"),
    [
        ("Observation", {}, None),
        ("Observation", {"effectiveDateTime": "2025-04"}, None),
        ("Observation", {"effectiveDateTime": "2025-04-01"}, True),
        ("Observation", {"effectiveDateTime": "2025-03-31T00:00:00+08:00"}, True),
        ("Observation", {"effectiveDateTime": "2025-03-30T23:59:00+08:00"}, False),
        ("Observation", {"effectiveDateTime": "2025-03-20", "issued": "2025-04-01T08:00:00Z"}, True),
        ("Encounter", {"period": {"start": "2025-01-01"}}, None),
        ("Encounter", {"period": {"start": "2025-01-01", "end": "2025-04-01"}}, True),
        ("Condition", {"onsetDateTime": "2019-01-01", "recordedDate": "2025-04-01"}, True),
        ("Condition", {"onsetDateTime": "2019-01-01"}, False),
    ],
)
def test_a_record_comes_by_the_day_after_what_it_tells_last(
    kind: str, dates: dict[str, Any], passes: bool | None
) -> None:
    assert came(":timely", kind, **dates) is passes


def test_a_correction_is_not_late() -> None:
    record = {"resourceType": "Observation", **BASES["Observation"], "id": "1", "effectiveDateTime": "2024-01-01"}
    versions = [Version(Key("Observation", "1"), number, NOW, "PUT", b"") for number in (1, 2)]
    first, second = (judge("Observation").of(record, version) for version in versions)
    assert ":timely" in first.failed
    assert ":timely" not in second.asked


@pytest.mark.parametrize(
    ("day", "last", "patient", "answer"),
    [
        ("2025-01-01", "2025-01-01", {"birthDate": "2000-01-01"}, True),
        ("2025-01-01", "", {"birthDate": "2026-01-01"}, False),
        ("2025-01-01", "", {"birthDate": "2025"}, True),
        ("2025-01-01", "2025-01-01", {"deceasedDateTime": "2024-06-01"}, False),
        ("2025-01-01", "", {"deceasedDateTime": "2024-06-01"}, None),
        ("2025-01-01", "2025-01-01", {"deceasedBoolean": True}, None),
        ("2024-12-31", "2024-12-31", {"birthDate": "2025-01-01"}, True),
        ("2024-12-29", "2024-12-29", {"birthDate": "2025-01-01"}, False),
    ],
)
def test_an_event_is_in_the_life_of_its_patient(
    day: str, last: str, patient: dict[str, Any], answer: bool | None
) -> None:
    assert born_and_living(day, last, patient) is answer


def test_only_what_is_done_to_the_living_is_bounded_by_the_death() -> None:
    times = {
        kind: Times(kind).read({"effectiveDateTime": "2025-01-01", "date": "2025-01-01"}).lived()
        for kind in ("Observation", "Composition", "Patient")
    }
    assert times == {"Observation": ("2025-01-01", "2025-01-01"), "Composition": ("2025-01-01", ""), "Patient": None}


@given(st.datetimes(datetime(1901, 1, 1), datetime(2090, 1, 1)), st.integers(-12, 14))
def test_a_day_holds_its_instants_whatever_the_offset(local: datetime, hours: int) -> None:
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02}:00"
    instant = moment(f"{local.isoformat(timespec='seconds')}{zone}")
    assert instant is not None
    for text in (local.date().isoformat(), local.date().isoformat()[:7], local.date().isoformat()[:4]):
        stretch = moment(text)
        assert stretch is not None
        assert stretch.earliest <= instant.earliest <= instant.latest <= stretch.latest
    assert instant.latest - instant.latest.replace(tzinfo=UTC) <= timedelta(hours=14)


@given(
    st.one_of(
        st.text(max_size=12),
        st.none(),
        st.integers(),
        st.sampled_from(("2025-13-01", "0000", "9999", "2025-01-01T25:00:00Z")),
    )
)
def test_what_is_no_date_means_nothing_and_breaks_nothing(text: Any) -> None:
    found = moment(text)
    assert found is None or found.earliest <= found.latest


def test_the_paths_of_care_dates_are_those_of_the_search_parameters() -> None:
    stated: dict[tuple[str, str], list[str]] = {}
    for parameter in core().all("SearchParameter"):
        for base in parameter.get("base", ()):
            rows = [each.strip().lstrip("(") for each in parameter.get("expression", "").split("|")]
            stated.setdefault((base, parameter["code"]), []).extend(rows)
    for kind, rows in CARE_DATES.items():
        for code, path in rows.items():
            ways = (f"{kind}.{path}", f"{kind}.{path} as ", f"{kind}.{path}.as(")
            assert any(each == ways[0] or each.startswith(ways[1:]) for each in stated[kind, code]), (kind, code, path)
