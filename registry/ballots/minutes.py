"""The minutes of a meeting (会审纪要) or the conclusions of a letter review (函审结论表), as data and as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fhir_kernel.issues import Language
from fhir_kernel.store.records import Document
from registry.ballots.ballot import Ballot
from registry.ballots.counting import Count, Form
from registry.ballots.roster import WHYS, Member
from registry.ballots.verdict import Verdict
from registry.ballots.vote import Vote
from registry.refusal import refused
from registry.sentence import Sentence
from registry.tables.table import Table
from registry.window import local_day

_TITLES: Mapping[Form, Sentence] = MappingProxyType(
    {
        "meeting": Sentence("Minutes of the review meeting", "标准会审纪要"),
        "letter": Sentence("Conclusions of the review by letter", "标准函审结论表"),
    }
)
_CHOICES: Mapping[str, Sentence] = MappingProxyType(
    {
        "approve": Sentence("approve", "赞成"),
        "oppose": Sentence("oppose", "反对"),
        "abstain": Sentence("abstain", "弃权"),
        "": Sentence("no answer", "未表决"),
    }
)
_COLUMNS = tuple(
    Sentence(en, zh)
    for en, zh in (
        ("No.", "序号"),
        ("Member", "委员"),
        ("Unit", "单位"),
        ("Attendance", "出席"),
        ("Vote", "表决意见"),
        ("Reason", "理由"),
    )
)
_PRESENT, _ABSENT = Sentence("present", "出席"), Sentence("absent", "缺席")


@dataclass(frozen=True, slots=True)
class Minutes:
    """What is put on record of a ballot that was closed."""

    ballot: Ballot
    title: Sentence
    """Of the standard."""
    votes: Mapping[str, Vote]
    present: Collection[str]
    verdict: Verdict

    def document(self) -> Document:
        """As the JSON API gives it."""
        return {
            "ballot": self.ballot.document(),
            "title": self.title.document(),
            "votes": [self.votes[each.id].document() for each in self.ballot.roster.members if each.id in self.votes],
            "present": sorted(self.present),
            "verdict": self.verdict.document(),
        }

    def table(self, language: Language) -> Table:
        """To be written as a workbook or as a page."""
        members = enumerate(self.ballot.roster.members, start=1)
        return Table(
            title=_TITLES[self.ballot.form].said_in(language),
            columns=tuple(each.said_in(language) for each in _COLUMNS),
            rows=[self._row(number, member, language) for number, member in members],
            head=tuple((name.said_in(language), said.said_in(language)) for name, said in self._head()),
            notes=tuple(each.said_in(language) for each in (*self.verdict.sentences, *self._of_silence())),
        )

    def _head(self) -> tuple[tuple[Sentence, Sentence], ...]:
        ballot, count = self.ballot, self.verdict.count
        result = Sentence("passed", "通过") if self.verdict.passed else Sentence("not passed", "未通过")
        assert ballot.ended is not None, "minutes are of a ballot that was closed"
        return (
            (Sentence("Standard", "标准项目名称"), self.title),
            (Sentence("Round", "轮次"), Sentence(str(ballot.round), f"第{ballot.round}轮")),
            (Sentence("Opened", "开始日期"), local_day(ballot.opened, ballot.offset)),
            (Sentence("Closed", "结束日期"), local_day(ballot.ended, ballot.offset)),
            (Sentence("Rule", "表决规则"), ballot.profile.name),
            (Sentence("Members who may vote", "有表决权的委员"), Sentence(str(count.members), f"{count.members}人")),
            (Sentence("Votes", "表决情况"), _said_of(count)),
            (Sentence("Result", "结论"), result),
            *(
                (Sentence(f"SHA-256 ({name})", f"SHA-256（{name}）"), Sentence(each, each))
                for name, each in ballot.digests.items()
            ),
        )

    def _of_silence(self) -> tuple[Sentence, ...]:
        """Members whose silence was counted as a vote."""
        voters = self.ballot.roster.voters
        counted = len(voters) - self.verdict.count.silent - sum(each.id in self.votes for each in voters)
        if not counted:
            return ()
        said = _CHOICES[self.ballot.profile.silence]
        en = f"{counted} members did not answer; by the rule this counts as: {said.en}"
        return (Sentence(en, f"{counted}名委员未答复，按表决规则计为{said.zh}"),)

    def _row(self, number: int, member: Member, language: Language) -> tuple[str, ...]:
        vote, recusal = self.votes.get(member.id), self.ballot.roster.recusal(member.id)
        attended = _PRESENT if member.id in self.present else _ABSENT
        said, reason = _CHOICES[vote.choice if vote else ""].said_in(language), vote.reason if vote else ""
        if recusal is not None:
            said, reason = Sentence("recused", "回避").said_in(language), WHYS[recusal.why].said_in(language)
        at = attended.said_in(language) if self.ballot.form == "meeting" else ""
        return (str(number), member.name, member.unit, at, said, reason)


def _said_of(count: Count) -> Sentence:
    en = f"{count.approve} approve, {count.oppose} oppose, {count.abstain} abstain, {count.silent} no answer"
    zh = f"赞成{count.approve}票，反对{count.oppose}票，弃权{count.abstain}票，未表决{count.silent}人"
    return Sentence(en, zh)


def minutes_of(
    ballot: Ballot, title: Sentence, votes: Mapping[str, Vote], present: Collection[str], verdict: Verdict
) -> Minutes:
    """The minutes of a closed ballot. Raises Refused (conflict) where it is not closed."""
    if ballot.how != "closed":
        raise refused("conflict", "there are no minutes before the ballot is closed", "表决结束后方可形成纪要")
    return Minutes(ballot, title, votes, present, verdict)
