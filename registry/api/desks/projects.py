"""Answers where a project stands and what can be done with it, and does it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.acting import check_here, foreseen, prepare
from registry.api.compiling import Workshop
from registry.api.desks.proposals import CONTACTS
from registry.api.kit import INSIDERS, Kit, actor_of, require
from registry.api.project_changes import change_project
from registry.api.told import told
from registry.api.trials import place_trial, trial_for
from registry.api.wording import text_of
from registry.http.route import Answer, Call
from registry.lifecycle.possible import possible
from registry.lifecycle.standing import standing
from registry.model.case import Act
from registry.model.event import Event
from registry.model.project import Project
from registry.people.refusals import NotLoggedIn
from registry.publication.facts import as_planned
from registry.records.acting import act_in
from registry.records.cases import events, progress
from registry.records.changes import changes_of
from registry.records.keeping import PROJECTS
from registry.refusal import Refused
from registry.sentence import Sentence

_PAGE = 50


class ProjectsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit, self._workshop = kit, Workshop(kit)

    async def projects(self, call: Call) -> Answer:
        store, count = self._kit.store, call.query.get("count", _PAGE)
        found = await PROJECTS.page(store, after=call.query.get("after", ""), count=count + 1)
        rules = (await self._kit.rulebook.book(store)).at(call.now)
        entries = []
        for each in found[:count]:
            stands = await progress(store, each.id)
            state = rules.state("text", stands.text)
            entry = {"project": told(each), "state": state.code, "stateName": state.name, "holders": state.holders}
            entries.append(entry if stands.changed is None else {**entry, "changed": stands.changed})
        page = {"projects": entries}
        return Answer({**page, "next": found[count - 1].id} if len(found) > count else page)

    async def project(self, call: Call) -> Answer:
        kit, moment = self._kit, await self._kit.moment(call)
        case = await as_planned(kit.store, await kit.case(kit.store, call.path["id"], call.now))
        actor = actor_of(call.caller, case)
        ahead = await foreseen(kit, kit.store, case, moment)
        shown: dict[str, Any] = {
            "project": told(case.project),
            "standard": told(case.standard),
            "edition": told(case.edition),
            "states": case.progress.states,
            "number": case.progress.number,
            "standing": told(standing(case, call.now, moment.book)),
            "possible": [told(each) for each in possible(ahead, actor, call.now, moment.book)],
            "roles": sorted(actor.roles),
            "openMatters": Counter(each.kind for each in case.matters if each.is_open),
        }
        if case.plan is not None:
            shown["plan"] = told(case.plan)
        contact = await kit.store.load(CONTACTS, case.project.id)
        return Answer({**shown, **contact} if contact is not None and "S" in actor.roles else shown)

    async def events(self, call: Call) -> Answer:
        id_, count = call.path["id"], call.query.get("count", _PAGE)
        await PROJECTS.get(self._kit.store, id_)
        found = await events(self._kit.store, id_, after=call.query.get("after", 0), count=count + 1)
        page = {"events": [told(each) for each in found[:count]]}
        return Answer({**page, "next": found[count - 1].number} if len(found) > count else page)

    async def act(self, call: Call) -> Answer:
        body, moment = call.body, await self._kit.moment(call)
        check_here(body["action"])
        wanted = Act(
            body["action"],
            text_of(body, "reason", most=2_000),
            tuple(body.get("evidence", ())),
            body.get("override", False),
        )
        who = partial(actor_of, call.caller)
        trial = await trial_for(self._kit, self._workshop, call, wanted, moment)

        async def work(transaction: Transaction) -> Event:
            await prepare(self._kit, transaction, call, wanted, moment)
            event = await act_in(transaction, call.path["id"], wanted, who, moment, expected=body.get("expected"))
            if trial is not None:
                await place_trial(transaction, trial, moment)
            return event

        try:
            return Answer(told(await self._kit.store.commit(work)))
        except Refused as refused:
            if refused.kind == "forbidden" and call.caller.person is None:
                raise NotLoggedIn(refused.sentences[0]) from refused
            raise

    async def change(self, call: Call) -> Answer:
        rules = (await self._kit.rulebook.book(self._kit.store)).at(call.now)

        async def work(transaction: Transaction) -> Project:
            case = await self._kit.case(transaction, call.path["id"], call.now)
            id_ = self._kit.new_id()
            return await change_project(transaction, case, call.caller, call.body, id_=id_, votes=list(rules.votes))

        return Answer(told(await self._kit.store.commit(work)))

    async def changes(self, call: Call) -> Answer:
        case = await self._kit.case(self._kit.store, call.path["id"], call.now)
        require(call.caller, case, Sentence("seeing the changes of a project", "查看项目修改记录"), *INSIDERS)
        found = await changes_of(self._kit.store, PROJECTS.collection, case.project.id)
        return Answer({"changes": [told(each) for each in found]})
