"""Takes an appeal: whose it is, against what, in time, and no second one of the same while one is open."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_server.identity.organisations import ORGANISATIONS, Organisation, organisation_of
from registry.people.caller import Caller
from registry.refusal import refused
from registry.scores.appeals.advancing import Wanted, advance
from registry.scores.appeals.case import Appeal, AppealKind, Pointed
from registry.scores.appeals.deadlines import (
    ACKNOWLEDGING_DAYS,
    DECIDING_DAYS,
    FILING_DAYS,
    after_days,
    after_working_days,
)
from registry.scores.appeals.keeping import Office, keep, until_kept
from registry.scores.appeals.lifecycle import APPEAL
from registry.scores.running.snapshots import KeptSnapshot, find_row, snapshot_in, terms_in
from registry.sentence import Sentence

_OPEN = "score-appeal-open"
"""The collection of what is under appeal, so that it is under appeal once."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody appeals against, and why."""

    snapshot: str
    rule: str
    kind: AppealKind
    text: str
    examples: tuple[Pointed, ...] = ()


async def file_appeal(office: Office, caller: Caller, filing: Filing) -> Appeal:
    """The appeal, kept. Raises Refused with everything that is missing."""
    institution = await institution_of(office.store, caller)
    head = await snapshot_in(office.store, filing.snapshot)
    lacking = await _lacking(office, head, institution, filing, office.today(caller.now))
    made = _appeal(office, caller, filing, head, institution)

    async def attempt() -> Appeal:
        step = APPEAL.step("file")
        event = advance(made, step, caller, Wanted(filing.text, lacking=lacking), ())
        case = replace(made, state=event.target, number=event.number)
        await keep(office, APPEAL, case, event, lambda transaction: _claim(transaction, case))
        return case

    return await until_kept(attempt)


async def institution_of(reader: Reader, caller: Caller) -> Organisation:
    """The institution that a person belongs to. Raises Refused (forbidden)."""
    person = caller.known()
    kept = await reader.load(ORGANISATIONS, person.organisation) if person.organisation else None
    found = None if kept is None else organisation_of(person.organisation, kept)
    if found is None or found.kind != "institution":
        en = f"filing an appeal needs a person of an institution; found {_who(person.organisation, found)}"
        raise refused("forbidden", en, f"提出申诉应由机构人员办理；实际为{_who_zh(person.organisation, found)}")
    return found


async def release(transaction: Transaction, case: Appeal) -> None:
    """Let the same be appealed against again, once an appeal is decided."""
    await transaction.save(_OPEN, _subject(case), None)


async def _claim(transaction: Transaction, case: Appeal) -> None:
    kept = await transaction.load(_OPEN, _subject(case))
    if kept is not None:
        en = f"appeal {kept['id']} against the same rule in {case.snapshot} on the same grounds is open"
        raise refused("conflict", en, f"针对 {case.snapshot} 同一规则、同一事由的申诉 {kept['id']} 尚在办理", "rule")
    await transaction.save(_OPEN, _subject(case), {"id": case.id})


def _subject(case: Appeal) -> str:
    return hashlib.sha256("\n".join((case.institution, case.snapshot, case.rule, case.kind)).encode()).hexdigest()


async def _lacking(
    office: Office, head: KeptSnapshot, institution: Organisation, filing: Filing, today: date
) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    until = after_days(office.today(head.taken), FILING_DAYS)
    if today > until:
        en = f"appeals against {head.id} could be filed until {until}; today is {today}"
        found.append(Sentence(en, f"对 {head.id} 的申诉期限为 {until}；今天是 {today}"))
    if await find_row(office.store, head, institution.id) is None:
        en = f"{institution.name} is not scored in {head.id}; expected a snapshot in which it is"
        found.append(Sentence(en, f"快照 {head.id} 中没有{institution.name}；应选择包含该机构的快照"))
    if filing.rule not in await _rules(office.store, head):
        en = f"{head.id} has no rule '{filing.rule}'; expected the id of one of its rules"
        found.append(Sentence(en, f"快照 {head.id} 中没有规则“{filing.rule}”；应为其中规则的编号"))
    return tuple(found)


async def _rules(store: Store, head: KeptSnapshot) -> Sequence[str]:
    return [each.id for each in (await terms_in(store, head)).pack.rules]


def _appeal(office: Office, caller: Caller, filing: Filing, head: KeptSnapshot, institution: Organisation) -> Appeal:
    today = office.today(caller.now)
    return Appeal(
        id=office.new_id(),
        institution=institution.id,
        name=institution.name,
        jurisdiction=institution.jurisdiction,
        snapshot=head.id,
        month=head.month,
        rule=filing.rule,
        kind=filing.kind,
        text=filing.text,
        examples=filing.examples,
        filed=caller.now,
        filed_by=caller.known().id,
        acknowledge_by=after_working_days(today, ACKNOWLEDGING_DAYS),
        decide_by=after_days(today, DECIDING_DAYS),
    )


def _who(id_: str, found: Organisation | None) -> str:
    if found is not None:
        return f"somebody of {found.name}, which is no institution but of the kind {found.kind}"
    return f"somebody of {id_}, which is not registered" if id_ else "somebody of no organisation"


def _who_zh(id_: str, found: Organisation | None) -> str:
    if found is not None:
        return f"{found.name}的人员，其类型为 {found.kind}"
    return f"{id_} 的人员，该机构未登记" if id_ else "不属于任何机构的人员"
