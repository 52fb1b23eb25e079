"""Whether a ballot passes, and what it lacks: sentences with the smallest numbers that would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from fhir_kernel.store.records import Document
from registry.ballots.counting import Count
from registry.ballots.profile import VoteProfile
from registry.sentence import Sentence

_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the count comes to."""

    passed: bool
    count: Count
    sentences: tuple[Sentence, ...]
    """What is lacking, or that nothing is."""
    further_approvals: int | None
    """The least number of silent members who must approve for it to pass; None: even all of them are too few."""

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "passed": self.passed,
            "count": self.count.document(),
            "sentences": [each.document() for each in self.sentences],
            "furtherApprovals": self.further_approvals,
        }


def judge(profile: VoteProfile, count: Count) -> Verdict:
    """Judge a count by a profile."""
    lacking = tuple(_lacking(profile, count))
    return Verdict(
        passed=not lacking,
        count=count,
        sentences=lacking or (_passed(profile, count),),
        further_approvals=0 if not lacking else _further(profile, count),
    )


def _lacking(profile: VoteProfile, count: Count) -> Iterator[Sentence]:
    if count.members < profile.least_members:
        en = f"{count.members} members may vote; at least {profile.least_members} are needed"
        yield Sentence(en, f"有表决权的委员为 {count.members} 人，应不少于 {profile.least_members} 人")
    ballots, needed = count.ballots(profile), _quorum(profile, count)
    if ballots < needed:
        yield Sentence(
            f"quorum: {ballots} of {needed} ballots", f"表决票数不足：已收 {ballots} 票，应不少于 {needed} 票"
        )
    if not _is_approved(profile, count):
        yield _approvals(profile, count)
    if profile.oppose_limit is not None and count.oppose > (most := floor(profile.oppose_limit * ballots)):
        part = profile.oppose_limit
        yield Sentence(
            f"opposed: {count.oppose} of {ballots} ballots; at most {most} ({part}) may oppose",
            f"反对票 {count.oppose} 票（共 {ballots} 票），不得超过{_in_chinese(part)}，即 {most} 票",
        )


def _quorum(profile: VoteProfile, count: Count) -> int:
    """Somebody votes in any case: what nobody voted on is not passed."""
    return max(1, ceil(profile.quorum * count.members) if profile.quorum is not None else 1)


def _is_approved(profile: VoteProfile, count: Count) -> bool:
    whole = count.members if profile.approve_of == "members" else count.ballots(profile)
    return count.approve >= profile.approve * whole


def _further(profile: VoteProfile, count: Count) -> int | None:
    """More approvals never do harm, so the first number that does is the smallest."""
    for more in range(1, count.silent + 1):
        if not any(_lacking(profile, replace(count, approve=count.approve + more))):
            return more
    return None


def _approvals(profile: VoteProfile, count: Count) -> Sentence:
    """How many of those who are silent, or else of those who have voted otherwise, must approve."""
    part, of_members = profile.approve, profile.approve_of == "members"
    whole = count.members if of_members else count.ballots(profile)
    so_far_en = f"{count.approve} of {whole} {'members' if of_members else 'ballots'} approve, at least {part} must"
    so_far_zh = f"{'全体委员' if of_members else '表决票'} {whole} 中赞成 {count.approve}，应不少于{_in_chinese(part)}"
    more = _more_approvals(profile, count)
    if more is not None:
        noun = "approval" if more == 1 else "approvals"
        return Sentence(f"needs {_in_words(more)} more {noun}: {so_far_en}", f"还需 {more} 票赞成：{so_far_zh}")
    changed = _changed_votes(profile, count)
    return Sentence(
        f"cannot pass unless {_in_words(changed)} of those who voted otherwise approve: {so_far_en}",
        f"除非另有 {changed} 名已表决委员改投赞成，否则不能通过：{so_far_zh}",
    )


def _more_approvals(profile: VoteProfile, count: Count) -> int | None:
    """The least number of silent members whose approval is enough for this condition alone."""
    for more in range(1, count.silent + 1):
        if _is_approved(profile, replace(count, approve=count.approve + more)):
            return more
    return None


def _changed_votes(profile: VoteProfile, count: Count) -> int:
    """How many who opposed, then who abstained, must approve besides all the silent ones."""
    best = replace(count, approve=count.approve + count.silent)
    changed = 0
    while not _is_approved(profile, best):
        changed += 1
        opposed = best.oppose > 0
        best = replace(
            best,
            approve=best.approve + 1,
            oppose=best.oppose - (1 if opposed else 0),
            abstain=best.abstain - (0 if opposed else 1),
        )
    return changed


def _passed(profile: VoteProfile, count: Count) -> Sentence:
    ballots, members = count.ballots(profile), count.members
    en = f"passed: {count.approve} approve, {count.oppose} oppose, {count.abstain} abstain"
    zh = f"表决通过：赞成 {count.approve} 票，反对 {count.oppose} 票，弃权 {count.abstain} 票"
    return Sentence(
        f"{en}; {ballots} ballots of {members} members", f"{zh}；委员 {members} 人，有效表决票 {ballots} 票"
    )


def _in_words(number: int) -> str:
    return "one" if number == 1 else str(number)


def _in_chinese(part: Fraction) -> str:
    """三分之二 for 2/3, as rules of procedure write it."""
    if part in (0, 1):
        return "全部" if part else "零"
    top, bottom = part.numerator, part.denominator
    if bottom <= 10:
        return f"{_DIGITS[bottom]}分之{_DIGITS[top]}"
    return f" {top}/{bottom}"
