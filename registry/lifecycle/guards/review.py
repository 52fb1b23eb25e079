"""Review and ballots (40.00 to 40.99), and the vote on the conclusion of a periodic review (90.60)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.model.facts import BallotFacts
from registry.sentence import Sentence

_NONE = Sentence("no ballot has been prepared", "尚未准备投票")
_OPEN = Sentence("the ballot is not closed", "投票尚未结束")


def papers_ahead(asked: Question) -> Iterator[Sentence]:
    """The members have had the papers for long enough."""
    least = asked.rules.limit("fast-papers" if asked.case.project.is_fast else "papers")
    sent, entered = asked.case.project.papers_sent, asked.case.progress.entered_last(["40.00"])
    if sent is None or (entered is not None and sent < entered):
        yield Sentence("the papers have not been sent to the members", "送审材料尚未发送委员")
    elif asked.now < sent + least:
        on = asked.said(sent + least)
        yield Sentence(
            f"the papers go out {least.days} days ahead; the review can begin on {on}",
            f"送审材料须提前 {least.days} 天发送；审查可于 {on} 开始",
        )


def roster_frozen(asked: Question) -> Iterator[Sentence]:
    """There is a ballot about this draft and package, and who votes is settled."""
    ballot = _of_draft(asked)
    if ballot is None:
        yield _NONE
        return
    if not ballot.is_roster_frozen:
        yield Sentence("the roster is not frozen", "审查人员名单尚未确定")
    draft, package = asked.case.newest("review-draft"), asked.case.facts.package
    if draft is not None and draft.digest not in ballot.digests:
        yield Sentence(
            "the ballot is about another text than the newest draft for review", "投票所针对的文本不是最新的送审稿"
        )
    if asked.case.project.has_package and package is not None and package.digest not in ballot.digests:
        yield Sentence("the ballot is about another package than the newest draft", "投票所针对的数据包不是最新草案")
    if ballot.is_closed:
        yield Sentence("the ballot is closed already; a new one has to be prepared", "投票已结束；须准备新的投票")


def draft_changed(asked: Question) -> Iterator[Sentence]:
    """What was sent back to an earlier phase is not put to the vote as it was."""
    ballot, returned = _of_draft(asked), asked.case.facts.returned
    if returned and ballot is not None and ballot.digests <= returned:
        yield Sentence(
            "the draft was sent back and has not changed since; expected another text or package",
            "草案被退回后未作修改；应提交修改后的文本或数据包",
        )


def drafters_recused(asked: Question) -> Iterator[Sentence]:
    """Nobody votes on their own draft."""
    ballot = _of_draft(asked)
    for name in ballot.not_recused if ballot is not None else ():
        yield Sentence(f"{name} drafted and has to be recused", f"{name} 参与起草，须回避")


def letter_in_time(asked: Question) -> Iterator[Sentence]:
    """A letter review has an end, and not too late a one."""
    ballot, most = _of_draft(asked), asked.rules.limit("letter")
    if asked.case.project.review != "letter" or ballot is None:
        return
    if ballot.closes is None:
        yield Sentence("the letter review has no closing date", "函审未设截止时间")
    elif ballot.closes - (ballot.opens or asked.now) > most:
        yield Sentence(f"a letter review lasts at most {most.days} days", f"函审最长 {most.days} 天")


def ballot_closed(asked: Question) -> Iterator[Sentence]:
    """Nobody can vote any more."""
    ballot = _of_draft(asked)
    if ballot is None:
        yield _NONE
    elif not ballot.is_closed:
        yield _OPEN


def ballot_passed(asked: Question) -> Iterator[Sentence]:
    """The vote was for it; else the verdict says what was lacking."""
    yield from _lacking(_of_draft(asked))


def conclusion_voted(asked: Question) -> Iterator[Sentence]:
    """The vote on the conclusion of the periodic review was for it."""
    ballot, began = asked.case.facts.ballot, asked.case.progress.entered_last(["90.20"])
    if ballot is None or ballot.purpose != "review" or ballot.opens is None or (began and ballot.opens < began):
        yield _NONE
    elif ballot.conclusion != asked.transition.action:
        yield Sentence("the vote was on another conclusion", "投票针对的是其他结论")
    else:
        yield from _lacking(ballot)


def _of_draft(asked: Question) -> BallotFacts | None:
    ballot = asked.case.facts.ballot
    return ballot if ballot is not None and ballot.purpose == "draft" else None


def _lacking(ballot: BallotFacts | None) -> Iterator[Sentence]:
    if ballot is None:
        yield _NONE
    elif not ballot.is_closed:
        yield _OPEN
    elif not ballot.is_passed:
        yield from ballot.verdict or (Sentence("the ballot did not pass", "投票未通过"),)


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "papers-ahead": papers_ahead,
        "roster-frozen": roster_frozen,
        "draft-changed": draft_changed,
        "drafters-recused": drafters_recused,
        "letter-in-time": letter_in_time,
        "ballot-closed": ballot_closed,
        "ballot-passed": ballot_passed,
        "conclusion-voted": conclusion_voted,
    }
)
