"""A standard over HTTP: from an anonymous proposal to a rule that refuses records, and to its end."""

from __future__ import annotations

from plumbline.demo.registry.project import Project
from plumbline.sample import editions
from tests.journeys import balloting, beginning, commenting, enforcing, evaluating, publishing, revising


def test_a_standard_from_an_anonymous_proposal_to_its_abolition(place, tmp_path):
    first, second = (Project(place.asking, place.calendar, each) for each in editions())
    enforcing.nothing_is_asked(place)

    receipt = beginning.proposed_by_anybody(first)
    beginning.triaged(first, receipt)
    beginning.planned(first)
    beginning.grouped(first)
    beginning.drafted(first)
    commenting.first_round(first)
    commenting.second_round(first)
    balloting.first_ballot(first)
    balloting.second_ballot(first)
    balloting.approved(first)
    publishing.numbered(first)
    publishing.published(first)
    enforcing.enforced(place, first)

    evaluating.reviews_are_due(first)
    evaluating.reviewed(first, "revise", "须要求填写性别代码")
    revising.revised(second, first.standard)
    revising.published_anew(second)
    evaluating.not_superseded_too_early(first)
    enforcing.the_old_rule_ends(place, second)

    before = publishing.downloaded(first, "2025.0.0", tmp_path)
    evaluating.abolished(first)
    assert publishing.downloaded(first, "2025.0.0", tmp_path) == before
    assert publishing.downloaded(second, "2026.0.0", tmp_path) != before
    _told_as_it_was(first)


def _told_as_it_was(first: Project) -> None:
    """Everybody sees where both editions stand, and every step with who took it in which role by which rules."""
    editions_ = first.asking.done("readStandard", id=first.standard)["editions"]
    shown = [(each["number"], each["status"], each["stage"]) for each in editions_]
    assert shown == [(publishing.SECOND, "in-force", "60.60"), (publishing.FIRST, "superseded", "95.99")]
    events = first.done("listEvents", query={"count": 200})["events"]
    assert [each["number"] for each in events] == list(range(1, len(events) + 1))
    assert {each["profile"] for each in events} == {"default/1"}
    assert {each["role"] for each in events} >= {"A", "S", "M", "LU", "I", "N", "E", "L"}
    assert not any(each["override"] for each in events)
    proposal = first.done("listDocuments", by="secretary")["documents"][0]
    assert proposal["digest"] in next(each for each in events if each["action"] == "take-up")["evidence"]
