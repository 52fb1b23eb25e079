from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from registry.ballots.profile import VoteProfile
from registry.ballots.roster import Drafter, Member, freeze, roster_of
from registry.refusal import Refused
from registry.sentence import Sentence
from registry.units import Unit

PROFILE = VoteProfile("p", "1", Sentence("p", "p"), Fraction(1, 2))
MEMBERS = (Member("a", "甲", "医院A"), Member("b", "乙", "中心"), Member("c", "丙", " Ｘ公司"), Member("d", "丁", ""))
DRAFTERS = (Drafter("a", "医院A"), Drafter("z", "X公司"), Drafter("y", ""))


def frozen(profile=PROFILE, **more):
    given = {"drafters": DRAFTERS, "lead_units": ("中 心",), "declared": {}, **more}
    return freeze(MEMBERS, profile=profile, **given)


def test_drafters_and_the_lead_unit_are_recused():
    assert {each.member: each.why for each in frozen().recusals} == {"a": "drafter", "b": "lead-unit"}
    assert [each.id for each in frozen().voters] == ["c", "d"]


def test_a_profile_excludes_the_units_of_all_drafters_in_whatever_letters_they_are_written():
    roster = frozen(replace(PROFILE, excludes_drafting_units=True))
    assert roster.recusal("c").why == "drafting-unit"
    assert roster.recusal("d") is None, "an unknown unit is nobody's"


def test_a_registered_unit_is_known_by_its_id_and_by_its_name():
    units = {"org-1": Unit("中心", "org-1"), "org-2": Unit("医院A", "org-2"), "org-3": Unit("医院A", "org-3")}
    assert frozen(lead_units=("org-1",), units=units).recusal("b").why == "lead-unit"
    members = (Member("e", "戊", "org-2"), Member("f", "己", "org-3"))
    roster = freeze(members, drafters=(), lead_units=("org-3",), declared={}, profile=PROFILE, units=units)
    assert [each.member for each in roster.recusals] == ["f"], "two of one name are not one"


def test_a_declared_interest_recuses():
    assert frozen(declared={"d": "sells it"}).recusal("d").reason == "sells it"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"declared": {"nobody": "x"}}, "no members: nobody"),
        ({"profile": replace(PROFILE, least_members=3)}, "2 members may vote; expected at least 3"),
    ],
)
def test_a_roster_that_does_not_do_is_refused(more, said):
    with pytest.raises(Refused, match=said):
        frozen(**more)


def test_a_member_who_stands_in_it_twice_is_refused():
    with pytest.raises(Refused, match="members stand in it twice: a"):
        freeze((*MEMBERS, MEMBERS[0]), drafters=(), lead_units=(), declared={}, profile=PROFILE)


def test_it_is_read_back_as_it_was_kept():
    roster = frozen(declared={"d": "sells it"})
    assert roster_of(roster.document()) == roster
