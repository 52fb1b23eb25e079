"""The algebra of selections agrees with that of sets, however much of each is known only by a test."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.issues import issue
from terminology import selection as of
from terminology.checks import Verdict
from terminology.findings import ABSENT, FOUND, Finding
from terminology.selection import Selection, difference, intersection, listed, undecided, union

_ALPHABET = "abcdef"
_CODES = st.frozensets(st.sampled_from(_ALPHABET))
_UNKNOWN = Finding(Verdict.UNKNOWN, issue("terminology.unknown-value-set", "", value_set="far"))


def _selection(codes: frozenset[str], *, as_test: bool) -> Selection:
    return of.tested("s", lambda code: FOUND if code in codes else ABSENT) if as_test else listed("s", codes)


def _members(selection: Selection) -> set[str]:
    return {code for code in _ALPHABET if selection.find("s", code).verdict is Verdict.IN}


@given(_CODES, _CODES, st.booleans(), st.booleans())
def test_what_is_known_combines_as_sets_do(one: frozenset[str], other: frozenset[str], x: bool, y: bool) -> None:
    left, right = _selection(one, as_test=x), _selection(other, as_test=y)
    assert _members(union(left, right)) == one | other
    assert _members(intersection(left, right)) == one & other
    assert _members(difference(left, right)) == one - other


@given(_CODES, st.booleans())
def test_what_is_not_known_stays_unknown_only_where_it_matters(codes: frozenset[str], as_test: bool) -> None:
    known, unknown = _selection(codes, as_test=as_test), undecided(_UNKNOWN)
    for code in _ALPHABET:
        is_in = code in codes
        assert union(known, unknown).find("s", code).verdict is (Verdict.IN if is_in else Verdict.UNKNOWN)
        assert intersection(known, unknown).find("s", code).verdict is (Verdict.UNKNOWN if is_in else Verdict.OUT)
        assert difference(known, unknown).find("s", code).verdict is (Verdict.UNKNOWN if is_in else Verdict.OUT)
        assert difference(unknown, known).find("s", code).verdict is (Verdict.OUT if is_in else Verdict.UNKNOWN)


@given(_CODES, _CODES)
def test_listed_codes_stay_listed(one: frozenset[str], other: frozenset[str]) -> None:
    for combined in (union, intersection, difference):
        assert combined(listed("s", one), listed("s", other)).tests == ()
