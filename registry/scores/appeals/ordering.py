"""Orders an institution to mend what makes a rule fail, and closes the order on new traffic alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from fhir_kernel.store.base import Reader, Transaction
from fhir_server.identity.organisations import ORGANISATIONS, Organisation, organisation_of
from registry.people.caller import Caller
from registry.records.keeping import missing
from registry.refusal import refused
from registry.scores.appeals.advancing import Wanted, advance, advance_by_traffic, check_state, decider
from registry.scores.appeals.case import Order, events_of, order_in, orders
from registry.scores.appeals.deadlines import MENDING_DAYS, after_days
from registry.scores.appeals.effects import severities
from registry.scores.appeals.keeping import Office, keep, until_kept
from registry.scores.appeals.lifecycle import ORDER
from registry.scores.appeals.traffic import Shown, is_enough, shown_by
from registry.scores.counting.catching_up import catch_up
from registry.sentence import Sentence

RECORDS = 30
"""Judged records that an order asks for, unless fewer come: then as many as came in the days before it."""
SHARES: Mapping[str, int] = MappingProxyType({"critical": 100, "major": 95, "minor": 90})
"""The percentage of them that has to pass, by the severity of the rule."""
_BEFORE = timedelta(days=90)
_OPEN = "score-order-open"
"""The collection of what is under order, so that it is once."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """What somebody orders; `records` and `share` are the usual ones where they are None."""

    institution: str
    rule: str
    text: str
    records: int | None = None
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """An order after a look at the traffic, and what was found."""

    order: Order
    shown: Shown


async def issue_order(office: Office, caller: Caller, ordering: Ordering) -> Order:
    """The order, kept. Raises Refused."""
    institution = await _institution(office.store, ordering.institution)
    decider(caller, ORDER.step("issue").name, institution.jurisdiction)
    made = await _order(office, caller, ordering, institution)

    async def attempt() -> Order:
        event = advance(made, ORDER.step("issue"), caller, Wanted(ordering.text), ())
        case = replace(made, state=event.target, number=event.number)
        await keep(office, ORDER, case, event, lambda transaction: _claim(transaction, case))
        return case

    return await until_kept(attempt)


async def take_order_step(office: Office, id_: str, action: str, caller: Caller, wanted: Wanted) -> Order:
    """Acknowledge, report or cancel. After a report, traffic counts from the next day on. Raises Refused."""

    async def attempt() -> Order:
        case, step = await order_in(office.store, id_), ORDER.step(action)
        event = advance(case, step, caller, wanted, await events_of(office.store, ORDER, id_))
        since = after_days(office.today(caller.now), 1) if action == "report" else case.since
        case = replace(case, state=event.target, number=event.number, since=since)
        await keep(office, ORDER, case, event, lambda transaction: _let_go(transaction, case))
        return case

    return await until_kept(attempt)


async def check_order(office: Office, id_: str, caller: Caller) -> Checked:
    """Look at the traffic of the days that are over, and close the order where it is enough.

    Raises Refused (forbidden, conflict).
    """
    case = await order_in(office.store, id_)
    if caller.known().organisation != case.institution:
        decider(caller, Sentence("checking a rectification order", "核查整改通知"), case.jurisdiction)
    check_state(case, ORDER.step("close"), await events_of(office.store, ORDER, id_))
    await catch_up(office.store, office.zone)
    return await _checked(office, id_, caller.now, caller.known().id)


async def close_mended(office: Office, now: datetime) -> Sequence[Order]:
    """Close every order for which the traffic is enough, and give those that were."""
    waiting = [each for each in await orders(office.store) if each.is_open]
    if waiting:
        await catch_up(office.store, office.zone)
    looked = [await _checked(office, each.id, now) for each in waiting]
    return [each.order for each in looked if not each.order.is_open]


async def _checked(office: Office, id_: str, now: datetime, asked_by: str = "") -> Checked:
    async def attempt() -> Checked:
        case = await order_in(office.store, id_)
        if not case.is_open:
            return Checked(case, Shown(case.judged, case.passed))
        event = advance_by_traffic(case, ORDER.step("close"), now)
        yesterday = after_days(office.today(now), -1)
        shown = await shown_by(office.store, case.institution, case.rule, case.since, yesterday)
        if not is_enough(case, shown):
            return Checked(case, shown)
        made = replace(case, state=event.target, number=event.number, judged=shown.judged, passed=shown.passed)
        await keep(office, ORDER, made, event, lambda transaction: _let_go(transaction, made), asked_by=asked_by)
        return Checked(made, shown)

    return await until_kept(attempt)


async def _institution(reader: Reader, id_: str) -> Organisation:
    kept = await reader.load(ORGANISATIONS, id_)
    if kept is None:
        raise missing(Sentence("institution", "机构"), id_)
    found = organisation_of(id_, kept)
    if found.kind != "institution":
        en = f"{found.name} is of the kind {found.kind}; expected an institution"
        raise refused("invalid", en, f"{found.name}的类型为 {found.kind}；应为机构", "institution")
    return found


async def _order(office: Office, caller: Caller, ordering: Ordering, institution: Organisation) -> Order:
    severity = (await severities(office.store)).get(ordering.rule)
    if severity is None:
        raise missing(Sentence("rule", "规则"), ordering.rule)
    if severity not in MENDING_DAYS:
        en = f"rule '{ordering.rule}' is of the severity {severity}; expected one of {', '.join(MENDING_DAYS)}"
        zh = f"规则“{ordering.rule}”的级别为 {severity}；应为 {'、'.join(MENDING_DAYS)} 之一"
        raise refused("invalid", en, zh, "rule")
    today, share = office.today(caller.now), ordering.share
    return Order(
        id=office.new_id(),
        institution=institution.id,
        name=institution.name,
        jurisdiction=institution.jurisdiction,
        rule=ordering.rule,
        severity=severity,
        text=ordering.text,
        issued=caller.now,
        issued_by=caller.known().id,
        due=after_days(today, MENDING_DAYS[severity]),
        records=await _records(office, institution.id, ordering, today),
        share=SHARES[severity] if share is None else share,
        since=after_days(today, 1),
    )


async def _records(office: Office, institution: str, ordering: Ordering, today: date) -> int:
    if ordering.records is not None:
        return ordering.records
    await catch_up(office.store, office.zone)
    before = await shown_by(office.store, institution, ordering.rule, today - _BEFORE, today)
    return max(1, min(RECORDS, before.judged))


async def _claim(transaction: Transaction, case: Order) -> None:
    kept = await transaction.load(_OPEN, _subject(case))
    if kept is not None:
        en = f"order {kept['id']} for {case.name} and the same rule is open"
        raise refused("conflict", en, f"针对{case.name}同一规则的整改通知 {kept['id']} 尚未销号", "rule")
    await transaction.save(_OPEN, _subject(case), {"id": case.id})


async def _let_go(transaction: Transaction, case: Order) -> None:
    if not case.is_open:
        await transaction.save(_OPEN, _subject(case), None)


def _subject(case: Order) -> str:
    return hashlib.sha256(f"{case.institution}\n{case.rule}".encode()).hexdigest()
