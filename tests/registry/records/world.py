"""A registry in a store, with people who have every role."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

from registry.model.artefact import FiledDocument
from registry.model.case import Act
from registry.records.acting import Moment, act
from registry.records.cases import load_case
from registry.records.filing import file_document
from registry.records.keeping import GROUPS, PLANS, PROJECTS, STANDARDS, edit_edition
from registry.records.numbers import give_number
from registry.records.proposing import Proposal, propose
from registry.sentence import Sentence
from tests.registry.lifecycle.world import BOOK, DAY, EVERYBODY, NOW, ROAD, RULES, WAITS, facts, ready

PROPOSAL = Proposal(Sentence("Patient", "患者基本信息"), "WS/T", "data", "need", "scope", "hospital")


def counter(start=1):
    numbers = itertools.count(start)
    return lambda: f"id{next(numbers)}"


def everybody(case):
    return EVERYBODY


def moment(now=NOW, action="", book=BOOK):
    async def gather(reader, case):
        return facts(action, now)

    return Moment(now, book, gather)


async def proposed(store, proposal=PROPOSAL, new_id=None, now=NOW):
    return await propose(store, proposal, everybody, moment(now), new_id or counter())


async def prepare(store, case, action, now):
    """Keep everything that the action may ask for."""
    wanted = ready(case, action, now)
    project = case.project.id

    async def work(transaction):
        await GROUPS.save(transaction, replace(wanted.group, id=f"g-{project}", project=project))
        await PLANS.save(transaction, wanted.plan)
        await PROJECTS.edit(transaction, project, lambda own: replace(wanted.project, id=own.id, group=f"g-{project}"))
        for at, code in enumerate(RULES.documents):
            await file_document(
                transaction,
                FiledDocument(f"d{at}", project, code, f"digest-{code}", code, "text/plain", 1, "officer", now),
            )

    await store.commit(work)


async def number(store, case, text="WS/T 788-2026"):
    async def work(transaction):
        standard = await STANDARDS.get(transaction, case.standard.id)
        await give_number(transaction, standard, case.edition, text)
        await edit_edition(
            transaction,
            standard.id,
            case.edition.id,
            lambda its: replace(its, published=date(2026, 5, 1), in_force=date(2026, 11, 1)),
        )

    await store.commit(work)


async def go(store, case, actions, now=NOW, text="WS/T 788-2026"):
    """Do these actions, each with nothing lacking; gives when the last was done."""
    for action in actions:
        now += WAITS.get(action, DAY)
        current = await load_case(store, case.project.id, moment(now, action).gather, now.date())
        await prepare(store, current, action, now)
        if action == "give-number":
            await number(store, case, text)
        await act(store, case.project.id, Act(action, "reason"), everybody, moment(now, action), expected=None)
    return now


REST = ROAD[1:]
"""The road after the proposal."""
