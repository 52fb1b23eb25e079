"""Two institutions that differ by one deed, over HTTP: only what mends records raises a score."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tests.journeys.scores.deeds import Case, Made, Steps, faulty, few, good_visits, honest, scores, sending, visits
from tests.journeys.scores.records import HTEST, REFUSED, SETS

chosen = st.sets(st.integers(0, 19), min_size=1)


def _picker(places: set[int]) -> Callable[[Case], list[Made]]:
    return lambda case: [case.made[each] for each in sorted({at % len(case.made) for at in places})]


picking = chosen.map(_picker)
"""Some of the records, at least one."""


@few
@given(faulty, st.data())
def test_a_fix_raises_a_score(clinics, found, data):
    wrong = [(at, name) for at, each in enumerate(found) for name in each.wrong]
    mended = data.draw(st.sets(st.sampled_from(wrong), min_size=1))

    def mending(case: Case) -> Steps:
        places = {at * len(SETS) + SETS.index(name) for at, name in mended}
        return sending(case, [each.mended if at in places else each for at, each in enumerate(case.made)])

    before, after = scores(clinics, found, honest, mending)
    assert after > before


@few
@given(visits, chosen)
def test_to_withhold_records_never_raises_a_score(clinics, found, left_out):
    def withholding(case: Case) -> Steps:
        gone = {at % len(case.made) for at in left_out}
        left = [each for at, each in enumerate(case.made) if at not in gone]
        days = {each.day for each in left}
        return [
            (day + 1, lambda day=day: case.sender.transact([each.resource for each in left if each.day == day]))
            for day in days
        ]

    before, after = scores(clinics, found, honest, withholding)
    assert after <= before


@few
@given(visits, st.lists(st.tuples(st.sampled_from(SETS), st.integers(0, 3)), min_size=1, max_size=6))
def test_to_pad_with_good_records_beyond_the_expected_volume_never_raises_a_score(clinics, found, more):
    def padding(case: Case) -> Steps:
        extra = [case.more(day, 100 + at, name) for at, (name, day) in enumerate(more)]
        patients = [case.more(each.day, 100 + at, "patient") for at, each in enumerate(extra)]
        needed = [each for each, made in zip(patients, extra, strict=True) if made.data_set != "patient"]
        return [*honest(case), *sending(case, [*needed, *extra])]

    before, after = scores(clinics, found, honest, padding)
    assert after <= before


@few
@given(visits, picking)
def test_to_send_records_again_never_raises_a_score(clinics, found, picked):
    def unchanged(case: Case) -> Steps:
        return [*honest(case), *sending(case, picked(case)), *sending(case, picked(case))]

    def later(case: Case) -> Steps:
        return [*honest(case), *sending(case, picked(case), later=5)]

    def as_new(case: Case) -> Steps:
        return [*honest(case), *sending(case, picked(case), method="POST")]

    def by_another_id(case: Case) -> Steps:
        renamed = [each.resource | {"id": f"{each.resource['id']}-2"} for each in picked(case)]
        return [*honest(case), (6, lambda: case.sender.sent(renamed))]

    def asked_before(case: Case) -> Steps:
        return [*_validating(case, picked(case), scored=True), *honest(case)]

    deeds = (unchanged, later, as_new, by_another_id, asked_before)
    before, same_day, other_day, *others = scores(clinics, found, honest, *deeds)
    assert same_day == other_day == before
    assert all(each <= before for each in others)


@few
@given(visits, picking)
def test_what_is_labelled_a_test_or_comes_from_practice_or_is_only_asked_changes_nothing(clinics, found, picked):
    def labelled(case: Case) -> Steps:
        return [*honest(case), (6, lambda: case.sender.sent(_labelled(case, picked(case))))]

    def labelled_over_it(case: Case) -> Steps:
        tests = [_label(each.resource) for each in picked(case)]
        return [*honest(case), (6, lambda: case.sender.sent(tests))]

    def practising(case: Case) -> Steps:
        practice = clinics.sender(case.sender.name, practice=True)
        extra = [case.more(each.day, 300 + at, "patient") for at, each in enumerate(case.made)]
        renamed = [each.resource | {"id": f"{each.resource['id']}-p"} for each in picked(case)]
        rows = [*(each.resource for each in extra), *renamed]
        return [(1, lambda: practice.sent(rows[:3])), *honest(case), (6, lambda: practice.sent(rows[3:]))]

    def asking(case: Case) -> Steps:
        return [*_validating(case, case.made), *honest(case), *_validating(case, [case.more(1, 400, "patient")])]

    before, *others = scores(clinics, found, honest, labelled, labelled_over_it, practising, asking)
    assert others == [before] * 4


@few
@given(good_visits)
def test_a_validation_that_is_meant_to_count_counts(clinics, found):
    def asking(case: Case) -> Steps:
        wrong = Made("patient", 1, case.more(1, 400, "patient").resource, 0)
        return [*honest(case), *_validating(case, [wrong], scored=True)]

    before, after = scores(clinics, found, honest, asking)
    assert after < before


@few
@given(visits, st.randoms(use_true_random=False))
def test_the_order_of_records_is_of_no_account(clinics, found, random):
    def shuffled(case: Case) -> Steps:
        mixed = list(case.made)
        random.shuffle(mixed)
        return sending(case, mixed)

    before, after = scores(clinics, found, honest, shuffled)
    assert after == before


@few
@given(visits, st.integers(0, 1))
def test_a_refused_record_counts_against_its_sender(clinics, found, at):
    def refused(case: Case) -> Steps:
        (bad, *_) = [each for each in case.made if each.data_set == REFUSED][at:]
        wrong = Made(REFUSED, bad.day, bad.good, 0)
        others = [each for each in case.made if each is not bad]

        def step() -> None:
            answer = case.sender.transact([wrong.resource])
            assert answer.status == 422, answer

        return [*sending(case, others), (bad.day + 1, step)]

    before, after = scores(clinics, found, honest, refused)
    assert after < before


@few
@given(faulty, st.integers(1, 4))
def test_to_delete_what_was_wrong_changes_nothing(clinics, found, later):
    def deleting(case: Case) -> Steps:
        wrong = [each for each in case.made if each.fault is not None]
        return [
            *honest(case),
            *((each.day + later, lambda each=each: case.sender.delete(each.resource)) for each in reversed(wrong)),
        ]

    before, after = scores(clinics, found, honest, deleting)
    assert after == before


def _validating(case: Case, made: list[Made], *, scored: bool = False) -> Steps:
    asked = "?scored=true" if scored else ""

    def ask(each: Made) -> None:
        answer = case.sender.ask("POST", f"/{each.resource['resourceType']}/$validate{asked}", each.resource)
        assert answer.status == 200, answer

    return [(each.day + 1, lambda each=each: ask(each)) for each in made]


def _label(resource):
    return {**resource, "meta": {**resource["meta"], "security": [HTEST]}}


def _labelled(case: Case, made: list[Made]):
    """The same persons and numbers under other ids, and some more."""
    renamed = [_label(each.resource) | {"id": f"{each.resource['id']}-t"} for each in made]
    more = [_label(case.more(1, 200 + at, "patient").resource) for at in range(3)]
    return [*renamed, *more]
