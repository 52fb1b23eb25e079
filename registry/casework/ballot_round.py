"""The next ballot of a case: who votes by which rule on what, and opening it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from fhir_kernel.store.base import Reader, Transaction
from registry.ballots.ballot import Ballot
from registry.ballots.opening import open_ballot
from registry.ballots.profile import VoteProfile, profile_of
from registry.ballots.roster import Drafter, Member, Roster, freeze
from registry.casework.comment_round import frozen
from registry.casework.purpose import Purpose, save_purpose
from registry.lifecycle.rules import Rules
from registry.model.case import Case
from registry.model.facts import BallotFacts
from registry.model.group import DraftingGroup
from registry.records.keeping import COMMITTEES
from registry.refusal import Refused
from registry.sentence import Sentence
from registry.units import units_in

ACTION, DRAFT = "open-review", "review-draft"
"""The action of the rules that opens the review, and the document that it is about."""
CONCLUDED = "implementation-report"
"""What a vote on the conclusion of a periodic review is about."""


@dataclass(frozen=True, slots=True)
class AskedBallot:
    """What somebody asks for: until when a letter review runs, and who of the members has declared an interest."""

    closes: datetime | None = None
    declared: Mapping[str, str] = field(default_factory=dict)
    purpose: Purpose = field(default_factory=Purpose)
    again: Mapping[str, str] = field(default_factory=dict)
    """The digests of a ballot that was recalled, which is opened again on the very same."""


def vote_profile(case: Case, rules: Rules) -> VoteProfile:
    """The rule of counting that the project has chosen. Raises Refused (invalid) where the rules have none such."""
    found = rules.votes.get(case.project.vote_profile)
    if found is None:
        known = ", ".join(rules.votes)
        en = f"there is no vote profile '{case.project.vote_profile}'; expected one of {known}"
        raise Refused("invalid", (Sentence(en, f"没有表决规则“{case.project.vote_profile}”；应为 {known}"),))
    return profile_of(found)


async def roster_for(
    reader: Reader, case: Case, profile: VoteProfile, declared: Mapping[str, str], today: date
) -> Roster:
    """The members of the committee on a day, those recused who drafted, or once did. Raises Refused."""
    committee = await COMMITTEES.get(reader, case.project.committee)
    members = [Member(each.person, each.name or each.person, each.unit) for each in committee.members_on(today)]
    if not members:
        raise Refused("conflict", (Sentence("the committee has no members today", "标委会目前没有委员"),))
    group = case.group or DraftingGroup("", case.project.id)
    drafters = [Drafter(each.person, each.unit) for each in group.members]
    drafters.extend(Drafter(each, "") for each in sorted(case.drafters))
    leading = group.lead_units or frozenset((case.project.lead_unit,))
    said = (*(each.unit for each in members), *(each.unit for each in drafters), *leading)
    units = await units_in(reader, said)
    return freeze(
        members, drafters=drafters, lead_units=sorted(leading), declared=declared, profile=profile, units=units
    )


def ends(case: Case, rules: Rules, asked: AskedBallot, now: datetime) -> datetime | None:
    """When a letter review ends, as late as it may unless it is said; a meeting has no such end."""
    if asked.closes is None and case.project.review == "letter":
        return now + min(rules.limit("letter"), timedelta(days=vote_profile(case, rules).letter_days or 366))
    return asked.closes


def is_open(case: Case) -> bool:
    """Whether there is a ballot that has not been closed."""
    return case.facts.ballot is not None and not case.facts.ballot.is_closed


def foreseen_ballot(case: Case, rules: Rules, asked: AskedBallot, now: datetime) -> Case:
    """The case as it would be with the ballot opened now; it stays as it is while another one is open."""
    if is_open(case):
        return case
    ballot = BallotFacts(
        digests=frozenset(frozen(case, DRAFT).values()),
        is_roster_frozen=True,
        opens=now,
        closes=ends(case, rules, asked, now),
        purpose="draft",
    )
    return replace(case, facts=replace(case.facts, ballot=ballot))


async def open_round(
    transaction: Transaction,
    case: Case,
    rules: Rules,
    asked: AskedBallot,
    *,
    id_: str,
    by: str,
    now: datetime,
    today: date,
    offset: timedelta,
) -> Ballot:
    """Open the ballot with its roster frozen. Raises Refused."""
    profile = vote_profile(case, rules)
    about = frozen(case, DRAFT) if asked.purpose.purpose == "draft" else _concluded(case)
    ballot = await open_ballot(
        transaction,
        id=id_,
        project=case.project.id,
        form=case.project.review,
        digests=asked.again or about,
        profile=profile,
        roster=await roster_for(transaction, case, profile, asked.declared, today),
        opened_by=by,
        now=now,
        offset=offset,
        closes=ends(case, rules, asked, now),
    )
    await save_purpose(transaction, ballot.id, asked.purpose)
    return ballot


def _concluded(case: Case) -> Mapping[str, str]:
    report = case.newest(CONCLUDED)
    return {"text": report.digest} if report is not None else {}
