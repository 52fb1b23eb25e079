"""The way of a made-up project through the stages: what an action asks for is done before it, then it is judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from benchmarks._pad import Pad
from benchmarks._standards import LAST_YEAR, MadeUp, digest_for
from registry.ballots.closing import close
from registry.ballots.opening import open_ballot
from registry.ballots.profile import profile_of
from registry.ballots.roster import Drafter as RosterDrafter
from registry.ballots.roster import Member, freeze
from registry.ballots.voting import attend, cast
from registry.casework.facts import gather_facts
from registry.casework.purpose import Conclusion, Purpose, save_purpose
from registry.comments.comment import Author, Clause
from registry.comments.commenting import comment_on
from registry.comments.disposing import OutcomeCode, dispose
from registry.comments.opening import consultations_of, open_consultation
from registry.comments.parties import note_return, notify
from registry.lifecycle.advance import Missing, advance
from registry.lifecycle.book import Book
from registry.lifecycle.missing import missing_documents
from registry.lifecycle.rules import Rules
from registry.model.artefact import FiledDocument
from registry.model.case import Act, Actor, Case
from registry.model.facts import Facts, SuccessorFacts
from registry.model.group import Drafter, DraftingGroup
from registry.model.project import Project, Window
from registry.people.roles import ROLES
from registry.records.acting import append_event
from registry.records.filing import file_document
from registry.records.keeping import COMMITTEES, GROUPS, PLANS, PROJECTS, edit_edition
from registry.records.numbers import give_number

DAY, OFFSET = timedelta(days=1), timedelta(hours=8)
TO_PUBLICATION = (
    *("take-up", "accept", "apply", "give-notice", "approve-project", "form-group", "begin-drafting", "finish-draft"),
    *("open-comment", "close-comment", "finish-comments", "prepare-review", "open-review", "close-review"),
    *("pass-review", "submit", "hand-over", "approve", "give-number", "publish"),
)
"""What follows the proposal."""
REVIEW = ("start-review", "conclude-review", "keep")
WAITS: Mapping[str, timedelta] = MappingProxyType(
    {"approve-project": 16 * DAY, "close-comment": 61 * DAY, "open-review": 16 * DAY, "start-review": 1_800 * DAY}
)
"""How long to wait before an action that asks for time to pass; a day before the others."""
OFFICER = Actor("officer", frozenset(ROLES) - {"authority", "administrator"}, "office")
_FACTS = frozenset({"open-comment", "close-comment", "finish-comments", "keep"}) | {
    each for each in TO_PUBLICATION if each.endswith("-review")
}
"""Actions before which it is asked how comments and votes stand."""
_OUTCOMES: Sequence[tuple[OutcomeCode, str]] = (
    ("accepted", "采纳，已修改"),
    ("partly", "部分采纳"),
    ("rejected", "与上位标准不一致"),
)
_SAID = (
    "建议明确该数据元的取值范围，并与 GB/T 2261.1-2003 保持一致。",
    "本条与第 5 章的要求重复，建议合并；如保留，请说明适用情形。",
    "The cardinality should be 0..*, since a patient may have several of them.",
    "建议将“应”改为“宜”，基层医疗机构目前尚不具备相应条件，并在附录中补充示例。",
)


@dataclass(slots=True)
class Journey:
    """A project under way, with the day that it is."""

    pad: Pad
    case: Case
    now: datetime
    book: Book
    made_up: MadeUp
    rng: Random
    comments: int = 0
    """How many are to be said in its round."""

    @property
    def rules(self) -> Rules:
        return self.book.at(self.now)

    @property
    def id(self) -> str:
        return self.case.project.id

    async def go(self, actions: Sequence[str]) -> None:
        """Do these actions. Raises SystemExit where something lacks."""
        for action in actions:
            self.now += WAITS.get(action, DAY)
            await _file_what_is_asked(self, action)
            if (prepare := _PREPARE.get(action)) is not None:
                await prepare(self)
            if action in _FACTS:
                self.case = replace(self.case, facts=await gather_facts(self.pad, self.case))
            await self.do(action)

    async def do(self, action: str) -> None:
        """One action, nothing lacking."""
        event = advance(self.case, Act(action, "经研究，同意。"), OFFICER, self.now, self.book)
        if isinstance(event, Missing):
            raise SystemExit(f"{self.id}: {action}: {'; '.join(each.en for each in event.sentences)}")
        await append_event(self.pad, self.case, event)
        self.case = replace(self.case, progress=self.case.progress.after(event))

    async def edit(self, change: Callable[[Project], Project]) -> None:
        self.case = replace(self.case, project=await PROJECTS.edit(self.pad, self.id, change))

    async def superseded_by(self, other: Case) -> None:
        """End because another edition is in force."""
        its = f"{other.edition.standard}/{other.edition.id}"
        ended = await edit_edition(
            self.pad,
            self.case.standard.id,
            self.case.edition.id,
            lambda own: replace(own, ends=other.edition.in_force, replaced_by=its),
        )
        self.case = replace(self.case, edition=ended, facts=Facts(successor=SuccessorFacts(other.edition.number, True)))
        await self.do("supersede")


async def file(journey: Journey, kind: str) -> None:
    """File a document of a kind; its bytes are nowhere."""
    case, number = journey.case, len(journey.case.documents)
    name = f"{journey.rules.documents[kind].name.zh}.pdf"
    digest, size = digest_for(journey.id, kind, str(number)), journey.rng.randrange(20_000, 900_000)
    filed = FiledDocument(
        f"{journey.id}-d{number}",
        journey.id,
        kind,
        digest,
        name,
        "application/pdf",
        size,
        OFFICER.id,
        journey.now,
        case.state,
    )
    await file_document(journey.pad, filed)
    journey.case = replace(case, documents=(*case.documents, filed))


async def _file_what_is_asked(journey: Journey, action: str) -> None:
    for transition in journey.rules.named(action):
        for kind in transition.documents:
            if missing_documents(journey.case, replace(transition, documents=(kind,)), journey.rules):
                await file(journey, kind)


async def _search_duplicates(journey: Journey) -> None:
    await journey.edit(lambda own: replace(own, duplicates_searched=journey.now))


async def _name_lead_unit(journey: Journey) -> None:
    await journey.edit(lambda own: replace(own, lead_unit="国家卫生信息标准研究所", overlap_searched=journey.now))


async def _open_notice(journey: Journey) -> None:
    window = Window(journey.now, journey.now + journey.rules.limit("notice"))
    await journey.edit(lambda own: replace(own, notice=window))


async def _put_in_plan(journey: Journey) -> None:
    year = min(journey.now.year, LAST_YEAR)
    plan = await PLANS.get(journey.pad, f"plan-{year}")
    number = f"{year}-W-{journey.made_up.index + 1}"
    await journey.edit(lambda own: replace(own, plan=plan.id, plan_number=number))
    journey.case = replace(journey.case, plan=plan)


async def _form_group(journey: Journey) -> None:
    members = tuple(
        Drafter(f"{journey.id}-w{each}", f"起草单位{each}", f"起草人{each}", each == 0, "无", journey.now)
        for each in range(4)
    )
    group = DraftingGroup(f"{journey.id}-g", journey.id, "国家卫生信息标准研究所", members[0].person, members)
    await GROUPS.save(journey.pad, group)
    await journey.edit(lambda own: replace(own, group=group.id))
    journey.case = replace(journey.case, group=group)


async def _open_comment(journey: Journey) -> None:
    case, draft = journey.case, journey.case.newest("comment-draft")
    assert draft is not None
    await open_consultation(
        journey.pad,
        id=f"{journey.id}-c",
        project=journey.id,
        kind=case.standard.kind,
        digests={"text": draft.digest},
        usual_days=journey.rules.window(case.standard, case.project).days,
        opened_by=OFFICER.id,
        now=journey.now,
        offset=OFFSET,
    )


async def hear(journey: Journey) -> None:
    """Organisations are asked, and people say something, while the window is open."""
    consultation = (await consultations_of(journey.pad, journey.id))[-1]
    asked = [(f"unit-{each}", f"第{each}人民医院") for each in range(5)]
    await notify(journey.pad, consultation.id, asked, now=consultation.opened)
    for number in range(journey.comments):
        author = Author(f"张{number}", asked[number % 5][1], f"1380000{number % 10_000:04}", number % 3 == 0)
        await comment_on(
            journey.pad,
            consultation.id,
            place=Clause(f"{4 + number % 6}.{1 + number % 9}"),
            text=f"{_SAID[number % len(_SAID)]}（{number + 1}）",
            author=author,
            sender=f"sender-{number}",
            now=consultation.opened + DAY + timedelta(seconds=number),
        )
    for number, (party, _) in enumerate(asked[:3]):
        await note_return(journey.pad, consultation.id, party, with_comments=number < 2, now=consultation.opened + DAY)


async def _dispose(journey: Journey) -> None:
    consultation = f"{journey.id}-c"
    for number in range(1, journey.comments + 1):
        outcome, reason = _OUTCOMES[number % 3]
        await dispose(journey.pad, consultation, number, outcome=outcome, by=OFFICER.id, now=journey.now, reason=reason)


async def _send_papers(journey: Journey) -> None:
    sent = journey.case.progress.entered["40.00"]
    await journey.edit(lambda own: replace(own, papers_sent=sent))
    await _open_ballot(journey, "b", "review-draft")


async def _open_ballot(journey: Journey, name: str, kind: str, conclusion: Conclusion = "") -> None:
    case, about = journey.case, journey.case.newest(kind)
    profile = profile_of(journey.rules.votes["tc"])
    committee = await COMMITTEES.get(journey.pad, case.project.committee)
    assert about is not None
    assert case.group is not None
    roster = freeze(
        [Member(each.person, each.name, each.unit) for each in committee.members],
        drafters=[RosterDrafter(each.person, each.unit) for each in case.group.members],
        lead_units=[case.group.lead_unit],
        declared={},
        profile=profile,
    )
    await open_ballot(
        journey.pad,
        id=f"{journey.id}-{name}",
        project=journey.id,
        form="meeting",
        digests={"text": about.digest},
        profile=profile,
        roster=roster,
        opened_by=OFFICER.id,
        now=journey.now,
        offset=OFFSET,
    )
    await save_purpose(journey.pad, f"{journey.id}-{name}", Purpose("review" if conclusion else "draft", conclusion))


async def _vote(journey: Journey, name: str = "b") -> None:
    """Everybody approves but one, who stays away."""
    id_ = f"{journey.id}-{name}"
    kept = await journey.pad.load("ballot", id_)
    assert kept is not None
    for member in kept["roster"]["members"][1:]:
        await attend(journey.pad, id_, member["id"], now=journey.now)
        await cast(journey.pad, id_, member["id"], choice="approve", digest=kept["digest"], now=journey.now)
    await close(journey.pad, id_, by=OFFICER.id, now=journey.now)


async def _give_number(journey: Journey) -> None:
    text = f"{journey.made_up.series}-{journey.now.year}"
    standard, edition = await give_number(journey.pad, journey.case.standard, journey.case.edition, text)
    journey.case = replace(journey.case, standard=standard, edition=edition)


async def _set_days(journey: Journey) -> None:
    """As publication sets them in its commit."""
    published = journey.book.today(journey.now)
    edition = await edit_edition(
        journey.pad,
        journey.case.standard.id,
        journey.case.edition.id,
        lambda own: replace(
            own, published=published, in_force=published + 180 * DAY, announcement=f"国卫通〔{published.year}〕1号"
        ),
    )
    journey.case = replace(journey.case, edition=edition)


async def _vote_to_keep(journey: Journey) -> None:
    await _open_ballot(journey, "r", "implementation-report", "keep")
    await _vote(journey, "r")


_PREPARE: Mapping[str, Callable[[Journey], Awaitable[None]]] = MappingProxyType(
    {
        "take-up": _search_duplicates,
        "apply": _name_lead_unit,
        "give-notice": _open_notice,
        "approve-project": _put_in_plan,
        "begin-drafting": _form_group,
        "open-comment": _open_comment,
        "close-comment": hear,
        "finish-comments": _dispose,
        "open-review": _send_papers,
        "close-review": _vote,
        "give-number": _give_number,
        "publish": _set_days,
        "keep": _vote_to_keep,
    }
)
