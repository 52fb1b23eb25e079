from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ballots.counting import Count, count_votes
from registry.ballots.profile import VoteProfile, profile_of
from registry.ballots.roster import Member, Recusal, Roster
from registry.ballots.verdict import judge
from registry.refusal import Refused
from registry.sentence import Sentence

TC = VoteProfile(
    "tc", "1", Sentence("Committee", "技术委员会"), Fraction(2, 3), quorum=Fraction(3, 4), oppose_limit=Fraction(1, 4)
)
HEALTH = VoteProfile("health", "1", Sentence("Health", "卫生"), Fraction(3, 4), approve_of="members", silence="approve")

parts = st.fractions(0, 1, max_denominator=12)
profiles = st.builds(
    VoteProfile,
    st.just("p"),
    st.just("1"),
    st.just(Sentence("p", "p")),
    parts,
    approve_of=st.sampled_from(["ballots", "members"]),
    quorum=st.none() | parts,
    oppose_limit=st.none() | parts,
    silence=st.sampled_from(["absent", "abstain", "approve"]),
    least_members=st.integers(1, 4),
    abstention_is_ballot=st.booleans(),
)


@st.composite
def counts(draw):
    approve, oppose, abstain, silent = (draw(st.integers(0, 9)) for _ in range(4))
    return Count(approve + oppose + abstain + silent, approve, oppose, abstain)


def test_three_quarters_of_sixteen_members_are_twelve_ballots():
    verdict = judge(TC, Count(16, 11, 0, 0))
    assert [each.en for each in verdict.sentences] == ["quorum: 11 of 12 ballots"]
    assert verdict.sentences[0].zh == "表决票数不足：已收 11 票，应不少于 12 票"
    assert judge(TC, Count(16, 12, 0, 0)).passed


def test_it_says_that_one_more_approval_is_needed():
    verdict = judge(TC, Count(16, 7, 3, 2))
    assert not verdict.passed
    assert verdict.sentences[0].en.startswith("needs 3 more approvals: 7 of 12 ballots approve, at least 2/3 must")
    verdict = judge(replace(TC, oppose_limit=None), Count(13, 8, 2, 2 + 0))
    assert verdict.passed
    verdict = judge(HEALTH, Count(12, 8, 1, 0))
    assert verdict.sentences[0].en.startswith("needs one more approval: 8 of 12 members approve, at least 3/4 must")
    assert verdict.sentences[0].zh == "还需 1 票赞成：全体委员 12 中赞成 8，应不少于四分之三"
    assert verdict.further_approvals == 1


def test_exactly_two_thirds_pass_and_a_third_of_one_is_not_lost():
    assert judge(replace(TC, oppose_limit=None), Count(3, 2, 1, 0)).passed
    assert judge(replace(TC, quorum=None, oppose_limit=None), Count(9, 6, 3, 0)).passed
    assert not judge(replace(TC, quorum=None, oppose_limit=None), Count(300_000, 199_999, 100_001, 0)).passed


def test_too_many_who_oppose_are_told_with_how_many_may():
    said = [each.en for each in judge(TC, Count(12, 8, 4, 0)).sentences]
    assert said == ["opposed: 4 of 12 ballots; at most 3 (1/4) may oppose"]


def test_what_cannot_be_reached_says_how_many_must_change():
    verdict = judge(HEALTH, Count(4, 2, 2, 0))
    assert verdict.further_approvals is None
    assert verdict.sentences[0].en.startswith("cannot pass unless one of those who voted otherwise approve")


@given(profiles, counts())
def test_one_more_approval_never_makes_a_passed_ballot_fail(profile, count):
    if not judge(profile, count).passed:
        return
    if count.silent:
        assert judge(profile, replace(count, approve=count.approve + 1)).passed
    if count.oppose:
        assert judge(profile, replace(count, approve=count.approve + 1, oppose=count.oppose - 1)).passed
    if count.abstain:
        assert judge(profile, replace(count, approve=count.approve + 1, abstain=count.abstain - 1)).passed


@given(profiles, counts())
def test_one_more_opposition_instead_of_an_approval_never_makes_a_failed_ballot_pass(profile, count):
    if count.approve and not judge(profile, count).passed:
        assert not judge(profile, replace(count, approve=count.approve - 1, oppose=count.oppose + 1)).passed


@given(profiles, counts())
def test_the_further_approvals_are_enough_and_one_fewer_is_not(profile, count):
    more = judge(profile, count).further_approvals
    if more is None:
        assert not judge(profile, replace(count, approve=count.approve + count.silent)).passed
    else:
        assert judge(profile, replace(count, approve=count.approve + more)).passed
        if more:
            assert not judge(profile, replace(count, approve=count.approve + more - 1)).passed


@given(profiles, st.sampled_from(["meeting", "letter"]), st.booleans(), st.data())
def test_who_is_recused_never_counts(profile, form, is_over, data):
    ids = [f"m{number}" for number in range(data.draw(st.integers(1, 8)))]
    recused = data.draw(st.sets(st.sampled_from(ids)))
    choices = data.draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(["approve", "oppose", "abstain"])))
    members = tuple(Member(each, each, "") for each in ids)
    roster = Roster(members, tuple(Recusal(each, "declared") for each in sorted(recused)))
    without = Roster(tuple(each for each in members if each.id not in recused))
    kept = {member: choice for member, choice in choices.items() if member not in recused}
    counted = count_votes(profile, form, roster, choices, is_over=is_over)
    assert counted == count_votes(profile, form, without, kept, is_over=is_over)
    assert counted.members == len(ids) - len(recused)


def test_silence_counts_only_once_a_letter_review_is_over():
    roster = Roster(tuple(Member(f"m{number}", "", "") for number in range(4)))
    assert count_votes(HEALTH, "letter", roster, {"m0": "oppose"}, is_over=False) == Count(4, 0, 1, 0)
    assert count_votes(HEALTH, "letter", roster, {"m0": "oppose"}, is_over=True) == Count(4, 3, 1, 0)
    assert count_votes(HEALTH, "meeting", roster, {"m0": "oppose"}, is_over=True) == Count(4, 0, 1, 0)


@given(profiles)
def test_a_profile_is_read_back_as_it_was_kept(profile):
    assert profile_of(profile.document()) == profile


@pytest.mark.parametrize("wrong", [0.6667, "2/0", "3/2", "-1/2", "two thirds", True])
def test_a_fraction_that_is_not_exact_or_not_a_part_is_refused(wrong):
    with pytest.raises(Refused, match="expected a text with a fraction from 0 to 1") as caught:
        profile_of({**TC.document(), "approve": wrong})
    assert caught.value.where == "approve"


@given(parts, st.sampled_from(["ballots", "members"]), st.booleans(), counts())
def test_the_number_in_the_sentence_is_the_smallest_that_does(part, of, abstention, count):
    profile = VoteProfile("p", "1", Sentence("p", "p"), part, approve_of=of, abstention_is_ballot=abstention)
    said = [each.zh for each in judge(profile, count).sentences if "赞成" in each.zh and "通过：赞成" not in each.zh]
    if not said:
        return
    number = int(re.search(r"[0-9]+", said[0])[0])
    if said[0].startswith("还需"):
        assert judge(profile, replace(count, approve=count.approve + number)).passed
        assert not judge(profile, replace(count, approve=count.approve + number - 1)).passed
        return
    best = replace(count, approve=count.approve + count.silent)
    reached = {
        opposed + abstained
        for opposed in range(count.oppose + 1)
        for abstained in range(count.abstain + 1)
        if judge(
            profile,
            replace(
                best,
                approve=best.approve + opposed + abstained,
                oppose=best.oppose - opposed,
                abstain=best.abstain - abstained,
            ),
        ).passed
    }
    assert number == min(reached)
