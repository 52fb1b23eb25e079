from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, timezone

import pytest

from registry.ballots.profile import profile_of
from registry.lifecycle.book import book_of
from registry.lifecycle.reading import rules_of, shipped_rules
from registry.refusal import Refused
from tests.registry.lifecycle.world import DAY, NOW, do, new_case, upto

TABLE = [
    *("00.00", "00.20", "00.92", "00.98", "00.99", "10.00", "10.20", "10.92", "10.98", "10.99"),
    *("20.00", "20.20", "20.60", "20.98", "30.20", "30.60", "30.92", "30.93", "30.99"),
    *("40.00", "40.20", "40.60", "40.92", "40.93", "40.98", "40.99", "50.00", "50.20", "50.92", "50.98", "50.99"),
    *("60.00", "60.60", "90.20", "90.60", "90.92", "90.93", "90.99", "95.20", "95.92", "95.99"),
]


def shipped(version="2", begins="2027-01-01T00:00:00+08:00"):
    return {**copy.deepcopy(dict(shipped_rules().document)), "version": version, "begins": begins}


def faults(document):
    with pytest.raises(Refused) as caught:
        rules_of(document)
    assert caught.value.kind == "invalid"
    return [each.en for each in caught.value.sentences]


def transition(document, action):
    return next(each for each in document["transition"] if each["action"] == action)


def test_the_shipped_rules_have_every_stage_of_the_table():
    assert [code for machine, code in shipped_rules().states if machine == "text"] == TABLE


def test_the_shipped_vote_profiles_can_be_counted_by():
    assert [profile_of(each).id for each in shipped_rules().votes.values()] == [
        "tc",
        "health-legacy",
        "experts",
        "fast",
    ]


def change(table, at, **more):
    def changed(document):
        document[table][at].update(more)

    return changed


FAULTY = [
    (
        lambda d: transition(d, "publish").update(guards=["luck"]),
        "guards: found 'luck'; expected the name of a",
    ),
    (lambda d: transition(d, "publish").update(roles=["X"]), "roles: found 'X'; expected a role: A, S, M"),
    (lambda d: transition(d, "publish").update(roles=[]), "roles: found nothing; expected at least one"),
    (lambda d: transition(d, "publish").update(to="77.77"), "to: found '77.77'; expected the code of a state"),
    (
        lambda d: transition(d, "publish").update(documents=["poem"]),
        "documents: found 'poem'; expected the code of",
    ),
    (lambda d: transition(d, "publish").update(also={"package": {"draft": "gone"}}), "also.package: found 'gone'"),
    (lambda d: transition(d, "publish").update(also={"text": {}}), "also: found 'text'; expected one of"),
    (lambda d: transition(d, "publish").update(also={"package": 1}), "also.package: found '1'; expected an object"),
    (lambda d: transition(d, "publish").update(reason="yes"), "reason: found 'yes'; expected true or false"),
    (
        lambda d: transition(d, "keep").update(action="revise"),
        "found 'revise from 90.60'; expected an action that this state does not have yet",
    ),
    (lambda d: transition(d, "file").update(action="publish"), "expected an action of one machine only"),
    (lambda d: d["transition"].remove(transition(d, "repeat-review")), "state text '40.93': found 'no way in'"),
    (lambda d: d["transition"].remove(transition(d, "prepare-review")), "state text '40.00': found 'no way in'"),
    (lambda d: d["vote"][0].update(approve="3/2"), "vote[0].approve: found '3/2'; expected a fraction from 0 to 1"),
    (lambda d: d["vote"][0].update(approve=0.66), "vote[0].approve: found '0.66'; expected a fraction"),
    (lambda d: d["vote"][0].update(quorum="1/0"), "vote[0].quorum: found '1/0'; expected a fraction"),
    (lambda d: d["vote"][1].update(id="tc"), "vote[1].id: found 'tc'; expected what is not there yet"),
    (lambda d: d["state"][0].update(days=0), "state[0].days: found '0'; expected a whole number from 1"),
    (lambda d: d["state"][0].update(colour="red"), "state[0].colour: found 'red'; expected one of machine, code"),
    (lambda d: d["state"][1].update(code="00.00"), "state[1].code: found '00.00'; expected what is not there yet"),
    (lambda d: d["state"].append("x"), "found 'x'; expected an object"),
    (lambda d: d["windows"].pop("GB"), "windows.GB: found nothing; expected a number of days"),
    (lambda d: d["limits"].update(letter=-1), "limits.letter: found '-1'; expected a whole number from 0"),
    (lambda d: d["limits"].update(mood=1), "limits.mood: found 'mood'; expected one of notice"),
    (lambda d: d["override"].update(firm=["luck"]), "override.firm: found 'luck'"),
    (lambda d: d["contradiction"][0].update(text=["1"]), "contradiction[0].text: found '1'"),
    (lambda d: d["document"][1].update(since=["1"]), "since: found '1'"),
    (lambda d: d.update(begins="tomorrow"), "begins: found 'tomorrow'; expected an instant with its time zone"),
    (lambda d: d.update(begins="2027-01-01T00:00:00"), "begins: found '2027-01-01T00:00:00'; expected an instant"),
    (lambda d: d.update(state={}), "rules.state: found '{}'; expected a list"),
    (lambda d: d.pop("id"), "rules.id: found nothing; expected a text"),
]


@pytest.mark.parametrize(("spoil", "sentence"), FAULTY)
def test_faults_of_a_version_are_told_with_where_found_and_expected(spoil, sentence):
    document = shipped()
    spoil(document)
    told = faults(document)
    assert any(sentence in each for each in told), told


def test_all_faults_are_told_at_once():
    document = shipped()
    document["vote"][0]["approve"] = "2"
    transition(document, "publish")["guards"] = ["luck"]
    document["limits"]["letter"] = "long"
    assert len(faults(document)) >= 2


def test_what_held_at_an_instant_stays_what_held_then():
    document = shipped(begins="2026-06-01T00:00:00+00:00")
    document["windows"]["WS/T"] = 45
    book, rules = book_of().adding(document, NOW)
    before, after = datetime(2026, 5, 31, 23, 59, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    case = new_case()
    assert book.at(before).window(case.standard, case.project) == 30 * DAY
    assert book.at(after).window(case.standard, case.project) == 45 * DAY
    assert book.at(datetime(1990, 1, 1, tzinfo=UTC)).name == "default/1"
    assert book.named("default/2") is rules


def test_an_event_names_the_version_that_it_was_judged_by():
    case, now = upto("take-up")
    assert do(case, "take-up", now).profile == "default/1"


@pytest.mark.parametrize(
    ("version", "begins", "sentence"),
    [
        ("2", "2026-02-01T00:00:00+00:00", "expected an instant after now"),
        ("2", "2027-01-01T00:00:00+00:00", "expected another instant, for version default/9 begins then"),
        ("1", "2028-01-01T00:00:00+00:00", "version: found default/1; expected a version that is not there yet"),
    ],
)
def test_versions_do_not_overlap_nor_begin_in_the_past(version, begins, sentence):
    book, _ = book_of().adding(shipped("9", "2027-01-01T00:00:00+00:00"), NOW)
    with pytest.raises(Refused) as caught:
        book.adding(shipped(version, begins), NOW)
    assert any(sentence in each.en for each in caught.value.sentences)


def test_a_version_keeps_every_state_for_projects_may_be_in_it():
    document = shipped()
    document["state"] = [each for each in document["state"] if each["code"] != "10.92"]
    for each in document["transition"]:
        each["from"] = [code for code in each["from"] if code != "10.92"]
    document["transition"] = [each for each in document["transition"] if each["to"] != "10.92"]
    for each in document["contradiction"]:
        each["text"] = [code for code in each.get("text", []) if code != "10.92"]
    with pytest.raises(Refused) as caught:
        book_of().adding(document, NOW)
    assert [each.en for each in caught.value.sentences] == [
        "state: found no text '10.92'; expected all states of other versions, for projects may be there"
    ]


def test_local_days_follow_the_zone_of_the_book():
    late = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert str(book_of(zone=timezone(timedelta(hours=8))).today(late)) == "2026-03-02"
