"""Differences between two versions of a code system."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from terminology.diff import Change, Kind, differences
from terminology.tables.memory import MemoryTable

INACTIVE = [{"code": "inactive", "valueBoolean": True}]


def table(*concepts: dict) -> MemoryTable:
    return MemoryTable.of({"resourceType": "CodeSystem", "url": "u", "content": "complete", "concept": list(concepts)})


def test_each_kind_of_change_is_told():
    old = table(
        {"code": "top", "concept": [{"code": "moved", "display": "M"}]},
        {"code": "gone", "display": "G"},
        {"code": "named", "display": "old"},
        {"code": "status", "display": "S"},
    )
    new = table(
        {"code": "top"},
        {"code": "moved", "display": "M"},
        {"code": "named", "display": "new"},
        {"code": "status", "display": "S", "property": INACTIVE},
        {"code": "more", "display": "+"},
    )
    assert list(differences(old, new)) == [
        Change(Kind.MOVED, "moved", "M", "top", ""),
        Change(Kind.REMOVED, "gone", "G"),
        Change(Kind.DISPLAY, "named", "new", "old", "new"),
        Change(Kind.STATUS, "status", "S", "active", "inactive"),
        Change(Kind.ADDED, "more", "+"),
    ]


def test_the_order_of_siblings_is_no_difference():
    assert not list(differences(table({"code": "a"}, {"code": "b"}), table({"code": "b"}, {"code": "a"})))


codes = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y"]))


@given(codes, codes)
def test_differences_lead_from_one_to_the_other(old, new):
    before, after = (table(*({"code": c, "display": d} for c, d in each.items())) for each in (old, new))
    made = dict(old)
    for change in differences(before, after):
        if change.kind is Kind.REMOVED:
            del made[change.code]
        else:
            made[change.code] = change.display
    assert made == new
