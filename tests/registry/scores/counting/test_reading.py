from __future__ import annotations

from datetime import date

import pytest

from fhir_kernel.store.memory import MemoryStore
from registry.scores.counting import reading
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.names import day_of
from registry.scores.counting.reading import days_of, kept_days_of, stream_days
from tests.registry.scores.counting.world import ZONE, entry, send, with_lists

pytestmark = pytest.mark.anyio
INSTITUTIONS = ("a", "a-1", "a/1", "-", "医院", "b")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store():
    made = await with_lists(MemoryStore())
    for institution in INSTITUTIONS:
        days = ("2026-09-30", "2026-10-01", "2026-10-31", "2026-11-02") if institution != "b" else ("2026-11-01",)
        for day in days:
            for product in ("", "his"):
                who = {"institution": institution, "product": product, "productVersion": ""}
                await send(made, entry(at=f"{day}T10:00:00+08:00", identity=f"{day} {product}", **who))
    await catch_up(made, ZONE)
    return made


@pytest.mark.parametrize("page", [1, 3, 2000])
@pytest.mark.parametrize("last", [date(2026, 10, 31), date(2026, 11, 1)])
async def test_the_days_of_all_come_institution_by_institution_as_those_of_each_do(store, monkeypatch, page, last):
    monkeypatch.setattr(reading, "_PAGE", page)
    rows = [rows async for rows in stream_days(store, date(2026, 10, 1), last)]
    found = {day_of(each[0][0]).institution: each for each in rows}
    assert set(found) == {*INSTITUTIONS} - ({"b"} if last.month == 10 else set())
    assert len(found) == len(rows)
    for institution, days in found.items():
        assert days == await kept_days_of(store, institution, date(2026, 10, 1), last)
    told = await days_of(store, "a", date(2026, 10, 1), last)
    assert [(each.day.day, each.product) for each in told] == [(1, ""), (1, "his"), (31, ""), (31, "his")]
