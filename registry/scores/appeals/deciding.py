"""Takes an appeal on: acknowledged, examined, decided or withdrawn; upheld, it is an erratum in the same commit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from fhir_kernel.store.base import Reader, Transaction
from registry.people.caller import Caller
from registry.scores.appeals.advancing import Wanted, advance, decider
from registry.scores.appeals.case import Appeal, CaseEvent, appeal_in, events_of
from registry.scores.appeals.effects import Effect, lacking_for
from registry.scores.appeals.errata import Erratum, next_number, save_erratum
from registry.scores.appeals.filing import release
from registry.scores.appeals.keeping import Office, Quicker, keep, until_kept
from registry.scores.appeals.lifecycle import APPEAL
from registry.sentence import Sentence

Decision = Literal["uphold", "uphold-partly", "reject"]
UPHOLDING = ("uphold", "uphold-partly")
_NO_EFFECT = Sentence(
    "an appeal that is upheld needs an effect: what the erratum strikes or corrects",
    "支持申诉须说明勘误的效力：停用或更正的内容",
)
_NATION = ""
_CORRECTING = Sentence("correcting what counts for other institutions, too", "作出影响其他机构的更正")
_NEEDLESS = Sentence("an appeal that is rejected has no effect", "驳回申诉不产生勘误效力")


@dataclass(frozen=True, slots=True)
class _Next:
    """An appeal as it becomes, by which event, and the erratum that comes of it."""

    case: Appeal
    event: CaseEvent
    erratum: Erratum | None = None


async def take_step(office: Office, id_: str, action: str, caller: Caller, wanted: Wanted) -> Appeal:
    """Acknowledge, examine or withdraw an appeal. Raises Refused."""

    async def attempt() -> Appeal:
        return await _kept(office, await _next(office, id_, action, caller, wanted))

    return await until_kept(attempt)


async def decide(
    office: Office, id_: str, decision: Decision, caller: Caller, wanted: Wanted, effect: Effect | None = None
) -> Appeal:
    """Decide on an appeal. Raises Refused with everything that is missing for it."""

    async def attempt() -> Appeal:
        lacking = await _lacking(office.store, decision, effect)
        made = await _next(office, id_, decision, caller, replace(wanted, lacking=lacking))
        if effect is not None:
            _check_reach(caller, made.case, effect)
            made = await _with_erratum(office, made, effect)
        return await _kept(office, made)

    return await until_kept(attempt)


def _check_reach(caller: Caller, case: Appeal, effect: Effect) -> None:
    """Raises Refused (forbidden) of whoever decides for no nation, where others than the institution are concerned."""
    if effect.institution != case.institution:
        decider(caller, _CORRECTING, _NATION)


async def _next(office: Office, id_: str, action: str, caller: Caller, wanted: Wanted) -> _Next:
    case, step = await appeal_in(office.store, id_), APPEAL.step(action)
    event = advance(case, step, caller, wanted, await events_of(office.store, APPEAL, id_))
    return _Next(replace(case, state=event.target, number=event.number, outcome=step.outcome), event)


async def _with_erratum(office: Office, made: _Next, effect: Effect) -> _Next:
    event = made.event
    number = await next_number(office.store, office.today(event.instant).year)
    erratum = Erratum(
        number=number,
        appeal=made.case.id,
        effect=effect.kind,
        first=effect.first,
        last=effect.last,
        issued=event.instant,
        by=event.by,
        reason=event.reason,
        rules=effect.rules,
        target=effect.target,
        institution=effect.institution,
    )
    return _Next(replace(made.case, erratum=number), event, erratum)


async def _kept(office: Office, made: _Next) -> Appeal:
    async def besides(transaction: Transaction) -> None:
        if not made.case.is_open:
            await release(transaction, made.case)
        if made.erratum is not None:
            await _number(transaction, made.erratum, office.today(made.event.instant))

    await keep(office, APPEAL, made.case, made.event, besides)
    return made.case


async def _number(transaction: Transaction, erratum: Erratum, today: date) -> None:
    """Keep an erratum under a number that nobody else has been given meanwhile. Raises Quicker."""
    if await next_number(transaction, today.year) != erratum.number:
        raise Quicker
    await save_erratum(transaction, erratum)


async def _lacking(reader: Reader, decision: Decision, effect: Effect | None) -> tuple[Sentence, ...]:
    if decision not in UPHOLDING:
        return (_NEEDLESS,) if effect is not None else ()
    return (_NO_EFFECT,) if effect is None else await lacking_for(reader, effect)
