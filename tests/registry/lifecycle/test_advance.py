from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.lifecycle.advance import Missing, advance
from registry.model.case import Act, Actor
from registry.model.event import Event
from registry.model.facts import SuccessorFacts
from registry.model.matter import Matter
from registry.sentence import Sentence
from registry.units import Unit
from tests.registry.lifecycle.world import (
    AUTHORITY,
    BOOK,
    CUSTODIAN,
    DAY,
    EVERYBODY,
    INSTITUTE,
    NOW,
    ROAD,
    do,
    new_case,
    ready,
    travel,
    upto,
)

REVIEWED = [*ROAD, "start-review", "conclude-review"]


def tried(case, action, now, *, actor=EVERYBODY, **more):
    """What comes of it with what the case has, not with everything."""
    return advance(case, Act(action, **{"reason": "reason", **more}), actor, now, BOOK)


def _upto_abolition():
    case, now = travel([*ROAD, "start-review", "conclude-review", "propose-abolition", "give-notice-of-abolition"])
    return case, now + 31 * DAY


def told(outcome):
    assert isinstance(outcome, Missing), outcome
    return [each.en for each in outcome.sentences]


def test_a_standard_travels_from_the_proposal_to_publication_with_its_package():
    case, _ = travel(ROAD)
    assert case.progress.states == {"text": "60.60", "package": "active", "filing": "none", "evaluation": "none"}
    assert case.progress.number == len(ROAD)


def test_an_event_tells_who_did_what_when_by_which_rules():
    event = do(new_case(), "propose", NOW, actor=Actor("citizen"), evidence=("abc",))
    assert event == Event(
        1, "s", "e", "p", "text", "propose", "", "00.00", "citizen", "A", "default/1", NOW, (), ("abc",), "reason"
    )


def test_an_event_names_the_documents_and_the_package_that_it_rests_on():
    case, now = upto("open-comment")
    case = ready(case, "open-comment", now)
    event = do(case, "open-comment", now)
    assert case.newest("comment-draft").digest in event.evidence
    assert case.facts.package.digest in event.evidence


@pytest.mark.parametrize(
    ("conclusion", "way", "state"),
    [
        ("keep", ["keep", "start-review"], "90.20"),
        ("revise", ["revise", "supersede"], "95.99"),
        ("abolish", ["propose-abolition", "give-notice-of-abolition", "abolish"], "95.99"),
        ("change of mind", ["propose-abolition", "give-notice-of-abolition", "withdraw-abolition"], "95.92"),
    ],
)
def test_a_review_keeps_revises_or_abolishes(conclusion, way, state):
    case, _ = travel([*REVIEWED, *way])
    assert case.state == state


def test_abolition_retires_the_package():
    case, _ = travel([*REVIEWED, "propose-abolition", "give-notice-of-abolition", "abolish"])
    assert case.progress.states["package"] == "retired"


def test_comments_and_review_lead_back_to_drafting_and_the_package_is_a_draft_again():
    case, now = travel([*ROAD[: ROAD.index("pass-review")], "return-from-review", "redraft"])
    assert case.progress.states == {**case.progress.states, "text": "20.20", "package": "draft"}
    case, _ = travel(["finish-draft", "open-comment", "close-comment", "repeat-comment", "open-comment"], case, now)
    assert case.state == "30.20"


@pytest.mark.parametrize("action", [each for each in ROAD if each != "propose"])
def test_every_step_needs_its_role_and_the_refusal_names_it(action):
    case, now = upto(action)
    outcome = do(case, action, now, actor=Actor("nobody"))
    assert isinstance(outcome, Missing)
    assert outcome.kind == "forbidden"
    assert any(f"{role} (" in told(outcome)[0] for role in ("S", "M", "L", "I", "LU", "N"))


@pytest.mark.parametrize("action", [each for each in ROAD if each not in ("propose", "start-package")])
def test_no_step_can_be_done_from_the_state_before_or_after(action):
    case, now = upto(action)
    done, later = travel([action], case, now)
    for wrong in (done, new_case()):
        outcome = do(wrong, action, later + DAY)
        assert outcome.kind == "conflict"
        assert "but the state is" in told(outcome)[0]


def test_an_unknown_action_is_told_with_those_that_are_known():
    outcome = do(new_case(), "celebrate", NOW)
    assert outcome.kind == "invalid"
    assert "expected one of: propose" in told(outcome)[0]


def test_a_reason_is_needed_where_the_rules_ask_for_one():
    case, now = upto("accept")
    outcome = do(case, "accept", now, reason="  ")
    assert (outcome.kind, told(outcome)) == ("invalid", ["a reason has to be given"])


def test_a_reason_has_an_end():
    case, now = upto("accept")
    assert "2001 characters" in told(do(case, "accept", now, reason="x" * 2001))[0]


ONE_MORE = Sentence("needs one more approval", "还差一票赞成")
LACKS = [
    ("take-up", {"duplicates_searched": None}, "the search for duplicates has not been done"),
    ("give-notice", {"lead_unit": ""}, "the lead unit is not named"),
    ("give-notice", {"overlap_searched": None}, "the search for overlaps has not been done"),
    ("approve-project", {"notice": None}, "there has been no public notice"),
    ("approve-project", {"plan_number": ""}, "the project has no plan number"),
    ("open-review", {"papers_sent": None}, "the papers have not been sent to the members"),
]


@pytest.mark.parametrize(("action", "lacking", "sentence"), LACKS)
def test_what_a_project_lacks_is_told(action, lacking, sentence):
    case, now = upto(action)
    case = ready(case, action, now)
    assert told(tried(replace(case, project=replace(case.project, **lacking)), action, now)) == [sentence]


FACTS = [
    ("finish-draft", "package", {"errors": 3}, "the package has errors: 3"),
    ("open-comment", "consultation", {"digests": frozenset()}, "the consultation is frozen on another text"),
    ("open-comment", "consultation", {"closes": NOW}, "the window of the consultation is over"),
    ("close-comment", "consultation", {"closes": NOW + 1000 * DAY}, "comments are taken until 2028-11-25 08:00:00"),
    ("finish-comments", "consultation", {"undisposed": 2}, "comments without a disposition: 2"),
    ("finish-comments", "consultation", {"is_major": True}, "a major change was made"),
    ("open-review", "ballot", {"is_roster_frozen": False}, "the roster is not frozen"),
    ("open-review", "ballot", {"not_recused": ("Li",)}, "Li drafted and has to be recused"),
    ("open-review", "ballot", {"is_closed": True}, "the ballot is closed already"),
    ("close-review", "ballot", {"is_closed": False}, "the ballot is not closed"),
    (
        "pass-review",
        "ballot",
        {"is_passed": False, "verdict": (Sentence("needs one more approval", "还差一票"),)},
        "needs one",
    ),
    ("publish", "package", {"is_signed": False}, "the package is not signed"),
    ("publish", "package", {"staging": None}, "the package has not been installed on the staging server"),
    ("publish", "package", {"staging": (Sentence("it broke", "失败"),)}, "it broke"),
]


@pytest.mark.parametrize(("action", "which", "lacking", "sentence"), FACTS)
def test_what_packages_consultations_and_ballots_lack_is_told(action, which, lacking, sentence):
    case, now = upto(action)
    case = ready(case, action, now)
    spoilt = replace(case.facts, **{which: replace(getattr(case.facts, which), **lacking)})
    outcome = tried(replace(case, facts=spoilt), action, now)
    assert outcome.kind == "conflict"
    assert any(each.startswith(sentence) for each in told(outcome)), told(outcome)


@pytest.mark.parametrize("action", [each for each in ROAD if each not in ("propose", "start-package")])
def test_what_is_not_there_at_all_is_told_and_breaks_nothing(action):
    """A case without documents, facts, group and plan."""
    case, now = upto(action)
    bare = new_case()
    outcome = tried(replace(bare, progress=case.progress), action, now)
    asked = BOOK.at(now).named(action)[0]
    if asked.guards or asked.documents:
        assert len(told(outcome)) >= len(asked.documents)


def test_each_missing_document_is_named():
    case, now = upto("hand-over")
    case = replace(ready(case, "hand-over", now), documents=())
    assert [each.zh for each in tried(case, "hand-over", now).sentences] == [
        f"缺少文件“{name}”"
        for name in ("报批稿", "编制说明", "意见汇总处理表", "解读稿", "会审纪要或函审结论表", "上报函")
    ]


def test_a_document_of_an_earlier_round_has_to_be_filed_anew():
    case, now = travel([*ROAD[: ROAD.index("close-comment")], "close-comment", "repeat-comment", "open-comment"])
    case, now = travel(["close-comment"], case, now)
    old = replace(ready(case, "finish-comments", now), documents=ready(case, "finish-comments", NOW).documents)
    assert told(tried(old, "finish-comments", now + DAY)) == [
        "the document 'table of comments and their disposition' (意见汇总处理表) was filed before 30.20; "
        "it has to be filed anew"
    ]


def test_a_comment_window_must_be_as_long_as_the_rules_ask_unless_an_authority_shortened_it():
    case, now = upto("open-comment")
    case = ready(case, "open-comment", now)
    short = replace(case.facts.consultation, closes=now + 29 * DAY)
    refused = tried(replace(case, facts=replace(case.facts, consultation=short)), "open-comment", now)
    assert told(refused) == ["the window is shorter than 30 days; only a named authority may shorten it, with a reason"]
    allowed = replace(case.facts, consultation=replace(short, is_shortened=True))
    assert isinstance(tried(replace(case, facts=allowed), "open-comment", now), Event)


def test_a_national_standard_is_open_for_comment_for_sixty_days():
    case, now = upto("open-comment")
    case = ready(case, "open-comment", now)
    case = replace(case, standard=replace(case.standard, kind="GB/T"))
    assert "shorter than 60 days" in told(tried(case, "open-comment", now))[0]


def test_the_deadline_can_be_extended_once():
    case, now = upto("finish-draft")
    late = now + 400 * DAY
    assert "the deadline for drafting was" in told(do(case, "finish-draft", late))[0]
    extended = replace(case, progress=case.progress.after(do(case, "extend", late)))
    assert isinstance(do(extended, "finish-draft", late), Event)
    assert told(do(extended, "extend", late)) == ["the deadline has been extended 1 of 1 times"]


def test_nobody_reviews_what_they_or_their_unit_drafted():
    case, now = upto("approve")
    of_unit = Actor("other", frozenset({"I"}), INSTITUTE)
    assert told(do(case, "approve", now, actor=Actor("lead", frozenset({"I"}))))[0].startswith("you have drafted it")
    assert told(do(case, "approve", now, actor=of_unit))[0].startswith("your unit has drafted it")
    for unit in (Unit("Ｉnstitute "), Unit("renamed", "org-1")):
        same = replace(of_unit, unit=unit)
        assert told(do(case, "approve", now, actor=same))[0].startswith("your unit has drafted it"), unit
    for unit in (Unit(), Unit("institute", "org-2")):
        assert do(case, "approve", now, actor=replace(of_unit, unit=unit)).target == "50.99", unit


def test_what_was_sent_back_is_not_put_to_the_vote_as_it_was():
    case, now = upto("open-review")
    case = ready(case, "open-review", now)
    ballot = case.facts.ballot
    assert ballot is not None
    same = replace(case, facts=replace(case.facts, returned=ballot.digests))
    sentence = "the draft was sent back and has not changed since; expected another text or package"
    assert told(tried(same, "open-review", now)) == [sentence]
    changed = replace(case, facts=replace(case.facts, returned=ballot.digests - {"digest-package"}))
    assert tried(changed, "open-review", now).target == "40.20"


def test_nobody_closes_a_review_over_an_open_ballot():
    case, now = upto("close-review")
    case = ready(case, "close-review", now)
    open_ = replace(case, facts=replace(case.facts, ballot=replace(case.facts.ballot, is_closed=False)))
    refused = tried(open_, "close-review", now, actor=AUTHORITY, override=True)
    assert told(refused) == ["the ballot is not closed"]


def test_open_findings_and_objections_bar_the_way():
    for action, kind in (("approve", "finding"), ("approve-project", "objection"), ("abolish", "objection")):
        case, now = upto(action) if action in ROAD else _upto_abolition()
        case = replace(ready(case, action, now), matters=(Matter("m", "p", kind, "why", now),))
        assert len(told(tried(case, action, now))) == 1


def test_it_is_implemented_after_it_is_published():
    case, now = upto("publish")
    case = ready(case, "publish", now)
    same = replace(case.edition, in_force=case.edition.published)
    assert "has to be after the day of publication" in told(tried(replace(case, edition=same), "publish", now))[0]


def test_a_number_that_is_taken_is_not_published_even_by_an_authority():
    case, now = upto("publish")
    case = ready(case, "publish", now)
    case = replace(case, facts=replace(case.facts, number_taken_by="another"))
    assert told(tried(case, "publish", now, actor=AUTHORITY, override=True)) == [
        "the number WS/T 788-2026 belongs to another"
    ]


def test_a_revision_says_what_it_replaces():
    case, now = upto("publish")
    case = replace(case, project=replace(case.project, kind="revision"))
    assert told(do(case, "publish", now)) == ["it is not said which edition is replaced"]


def test_a_review_before_it_is_due_needs_a_trigger():
    case, now = travel(ROAD)
    assert "due on 2031-" in told(do(case, "start-review", now + DAY))[0]
    case = replace(ready(case, "start-review", now), matters=(Matter("m", "p", "trigger", "the law", now),))
    assert isinstance(tried(case, "start-review", now + DAY), Event)


def test_the_vote_on_one_conclusion_does_not_serve_another():
    case, now = travel(REVIEWED)
    assert told(tried(ready(case, "keep", now), "revise", now)) == ["the vote was on another conclusion"]


def test_what_is_superseded_has_a_successor_in_force():
    case, now = travel(ROAD)
    case = ready(case, "supersede", now)
    soon = replace(case.facts, successor=SuccessorFacts("WS/T 788-2030", False))
    assert told(tried(replace(case, facts=soon), "supersede", now)) == ["WS/T 788-2030 is not in force yet"]
    assert isinstance(tried(case, "supersede", now), Event)


def test_states_of_machines_that_contradict_each_other_are_refused():
    case, now = upto("publish")
    states = {**case.progress.states, "package": "none", "filing": "filed"}
    broken = replace(case, progress=replace(case.progress, states={**states, "text": "40.60"}))
    assert "only a published standard can be filed" in told(do(broken, "pass-review", now))


def test_only_a_published_standard_is_filed_and_evaluated():
    case, now = upto("publish")
    assert told(do(case, "submit-for-filing", now)) == ["only a published standard can be filed"]
    assert told(do(case, "start-evaluation", now)) == ["only a published standard can be evaluated"]
    case, _ = travel([*ROAD, "submit-for-filing", "return-filing", "submit-for-filing", "file", "start-evaluation"])
    assert (case.progress.states["filing"], case.progress.states["evaluation"]) == ("filed", "running")


def test_a_package_that_was_never_begun_bars_the_draft():
    case, now = upto("start-package")
    assert told(do(case, "finish-draft", now)) == ["the package has not been begun"]
    text_only = replace(case, project=replace(case.project, has_package=False))
    assert isinstance(do(text_only, "finish-draft", now), Event)


def test_an_authority_overrides_with_a_reason_and_what_was_missing_is_kept():
    case, now = upto("close-comment")
    case = ready(case, "close-comment", now)
    early = replace(case.facts.consultation, closes=now + DAY)
    case = replace(case, facts=replace(case.facts, consultation=early))
    event = tried(case, "close-comment", now, actor=AUTHORITY, override=True, reason="an epidemic")
    assert (event.role, event.reason) == ("authority", "an epidemic")
    assert [each.en[:27] for each in event.override][1:] == ["comments are taken until 20"]
    assert told(tried(case, "close-comment", now, actor=AUTHORITY, override=True, reason="")) == [
        "a reason has to be given"
    ]


def test_nobody_else_overrides():
    case, now = upto("close-comment")
    for actor in (EVERYBODY, Actor("", frozenset({"A", "authority"}))):
        outcome = do(case, "close-comment", now, actor=actor, override=True)
        assert (outcome.kind, told(outcome)[0][:19]) == ("forbidden", "only a named person")


def test_an_override_of_nothing_is_refused():
    case, now = upto("close-comment")
    both = Actor("minister", EVERYBODY.roles | {"authority"})
    assert told(do(case, "close-comment", now, actor=both, override=True)) == [
        "nothing is missing, so nothing is to be overridden"
    ]


def test_the_custodian_releases_code_tables_without_reopening_the_text():
    case, now = travel(ROAD)
    case = replace(case, standard=replace(case.standard, track="registry"))
    event = do(case, "release-codes", now, actor=Actor(CUSTODIAN))
    assert (event.source, event.target, case.progress.after(event).text) == ("active", "active", "60.60")
    assert told(do(case, "release-codes", now)) == ["only the custodian of the code tables may do this"]
    more = ready(case, "release-codes", now)
    more = replace(more, facts=replace(more.facts, package=replace(more.facts.package, is_codes_only=False)))
    assert "more than code tables" in told(tried(more, "release-codes", now, actor=Actor(CUSTODIAN)))[0]
    text = replace(case, standard=replace(case.standard, track="text"))
    assert "does not follow the registry track" in told(do(text, "release-codes", now, actor=Actor(CUSTODIAN)))[0]


def test_only_who_proposed_it_or_the_secretariat_withdraws_a_proposal():
    case, now = travel(["propose"])
    assert "only the person who proposed it" in told(do(case, "withdraw", now, actor=Actor("other")))[0]
    assert isinstance(do(case, "withdraw", now, actor=Actor("citizen")), Event)
    anonymous = replace(case, project=replace(case.project, proposer=""))
    assert "only the person who proposed it" in told(tried(anonymous, "withdraw", now, actor=Actor("")))[0]


def test_a_letter_review_lasts_at_most_thirty_days():
    case, now = upto("open-review")
    case = ready(replace(case, project=replace(case.project, review="letter")), "open-review", now)
    long = replace(case.facts, ballot=replace(case.facts.ballot, closes=now + 31 * DAY))
    assert told(tried(replace(case, facts=long), "open-review", now)) == ["a letter review lasts at most 30 days"]


def test_an_old_notice_does_not_count_for_a_new_application():
    case, now = travel([*ROAD[: ROAD.index("approve-project")], "return-application", "apply", "give-notice"])
    case = ready(case, "approve-project", now - DAY)
    assert "there has been no public notice" in told(tried(case, "approve-project", now + DAY))


def test_the_group_has_a_lead_unit_a_person_in_charge_a_user_unit_and_all_declarations():
    case, now = upto("begin-drafting")
    case = ready(case, "begin-drafting", now)
    group = replace(
        case.group, lead_unit="", in_charge="", members=(replace(case.group.members[0], is_user=False, declared=None),)
    )
    assert len(told(tried(replace(case, group=group), "begin-drafting", now))) == 4
    assert told(tried(replace(case, group=None), "begin-drafting", now)) == ["there is no drafting group"]


def test_a_plan_counts_from_the_day_of_its_decree():
    case, now = upto("form-group")
    case = ready(case, "form-group", now)
    case = replace(case, plan=replace(case.plan, decreed=date(2027, 1, 1)))
    assert told(tried(case, "form-group", now)) == ["the annual plan has not been decreed"]
