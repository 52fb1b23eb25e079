"""The registry behind its routes, with an office of every role, and the way of a project told in a few words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store, Transaction
from registry.api.assembly import assemble_registry
from registry.http.api import build_api
from registry.people.routes import people_routes
from registry.records.acting import append_event
from registry.records.cases import events
from tests.registry.drafting.making import BENCH, MANIFEST, element, package, profile
from tests.registry.http.client import Client
from tests.registry.people.world import EVERYTHING, OPEN, Office, Somebody

NATION = {"kind": "jurisdiction", "code": ""}
COMMITTEE = {"kind": "committee", "code": "tc-1"}
PROPOSAL: dict[str, Any] = {
    "title": {"en": "Basic data set of patients", "zh": "患者基本信息数据集"},
    "kind": "WS/T",
    "class": "data",
    "need": "Every hospital writes patients in another way.",
    "scope": "All hospitals.",
    "owner": "第一医院",
    "committee": "tc-1",
    "contact": "somebody@example.org",
}
TEXT = "# 范围\n\n本标准规定患者基本信息。\n\n# 要求\n\n## 身份证号\n".encode()
CLERKS = {
    "s": ("S", COMMITTEE),
    "m": ("M", NATION),
    "l": ("L", NATION),
    "i": ("I", NATION),
    "n": ("N", NATION),
    "e": ("E", NATION),
    "authority": ("authority", EVERYTHING),
}
MEMBERS = ("wang", "zhao", "qian", "sun")


class Registry:
    """One office: asked by operation, by whoever is named."""

    def __init__(self, store: Store, folder: Path, settings: Settings = OPEN) -> None:
        self.store = store
        self.office = Office(store, settings)
        self.time = self.office.time
        ids = itertools.count(1)
        self.registry = assemble_registry(store, BENCH, folder / "uploads", new_id=lambda: f"r{next(ids)}")
        people = self.office.people
        self.routes = [*people_routes(people), *self.registry.routes()]
        self.app = build_api(self.routes, people.caller_of, people.limiter, title="Plumbline", version="1")
        self.client = Client(self.app, self.routes)
        self.by: dict[str, Somebody] = {}
        self._ended: set[str] = set()
        self.project = self.standard = self.edition = ""
        self.is_checking = False
        """Whether each step is asked for before it is taken, and must not be said to lack anything."""

    async def opened(self) -> None:
        """The people, and the committee of those who vote."""
        root = self.by["root"] = await self.office.opened()
        for login, grant in CLERKS.items():
            self.by[login] = await self.office.hired(root, f"{login}.clerk", grant)
        for login in (*MEMBERS, "lead", "user"):
            grants = (("C", COMMITTEE),) if login in MEMBERS else ()
            self.by[login] = await self.office.hired(root, login, *grants)
        members = [{"person": self.by[each].id, "unit": f"{each} hospital"} for each in MEMBERS]
        committee = {"id": "tc-1", "name": {"en": "Health information", "zh": "卫生信息标委会"}, "members": members}
        await self.done("foundCommittee", committee, "root")

    async def go_on(self, **by: float) -> None:
        """Time goes on, and sessions end."""
        self.time.go_on(**by)
        self._ended |= set(self.by)

    async def token(self, by: str) -> str:
        """That of a session; whoever comes back after a while logs in again."""
        if by in self._ended:
            self._ended.remove(by)
            self.by[by] = await self.office.logged_in(self.by[by].login)
        return self.by[by].token if by else ""

    async def ask(self, operation: str, body: Any = None, by: str = "", **more: Any) -> httpx.Response:
        return await self.client.ask(operation, body, token=await self.token(by), **more)

    async def done(self, operation: str, body: Any = None, by: str = "", **more: Any) -> Any:
        """The JSON of an answer that is no problem."""
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, f"{operation}: {answer.text}"
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.json() if is_json else answer.content

    async def proposed(self, **other: Any) -> dict[str, Any]:
        received: dict[str, Any] = await self.done("propose", {**PROPOSAL, **other})
        self.project, self.standard, self.edition = (received[each] for each in ("project", "standard", "edition"))
        return received

    async def put_into(self, state: str) -> None:
        """Into a stage, by an event of its own, for what comes after publication."""

        async def work(transaction: Transaction) -> None:
            case = await self.registry.kit.case(transaction, self.project, self.time.clock())
            last = (await events(transaction, self.project))[-1]
            number = case.progress.number + 1
            moved = replace(last, number=number, action="put", source=case.state, target=state)
            await append_event(transaction, case, moved)

        await self.store.commit(work)

    async def file(self, by: str, *kinds: str, content: bytes = TEXT) -> None:
        for kind in kinds:
            query = {"kind": kind, "name": f"{kind}.md"}
            await self.done("fileDocument", None, by, id=self.project, query=query, content=content)

    async def generate(self, by: str, *kinds: str) -> None:
        for kind in kinds:
            await self.done("generateDocument", {"kind": kind}, by, id=self.project)

    async def act(self, by: str, action: str, reason: str = "", **more: Any) -> dict[str, Any]:
        if self.is_checking:
            assert await self.missing(by, action) == []
        body = {"action": action, **({"reason": reason} if reason else {}), **more}
        event: dict[str, Any] = await self.done("takeAction", body, by, id=self.project)
        return event

    async def tries(self, by: str, action: str, **more: Any) -> httpx.Response:
        return await self.ask("takeAction", {"action": action, **more}, by, id=self.project)

    async def change(self, by: str, **members: Any) -> dict[str, Any]:
        changed: dict[str, Any] = await self.done("changeProject", members, by, id=self.project)
        return changed

    async def shown(self, by: str = "") -> dict[str, Any]:
        shown: dict[str, Any] = await self.done("readProject", None, by, id=self.project)
        return shown

    async def missing(self, by: str, action: str) -> list[str]:
        """What an action is said to lack."""
        entry = next(each for each in (await self.shown(by))["possible"] if each["action"] == action)
        return [each["en"] for each in entry["missing"]]

    async def to_application(self, **other: Any) -> None:
        await self.proposed(**other)
        await self.act("s", "take-up")
        await self.file("s", "triage-opinion")
        await self.act("s", "accept", "worth it")
        await self.act("s", "apply")

    async def to_plan(self, **other: Any) -> None:
        await self.to_application(**other)
        await self.change("s", leadUnit="第一医院", overlapSearched=True)
        await self.file("s", "application", "outline", "feasibility")
        await self.act("m", "give-notice")
        await self.change("m", notice={"closes": after(self.time.clock(), days=16)})
        await self.go_on(days=17)
        plan = await self.done("makePlan", {"year": 2026, "title": {"zh": "2026年计划", "en": "Plan 2026"}}, "m")
        await self.change("m", plan=plan["id"], planNumber="2026-001")
        await self.file("m", "argument-opinion", "public-notice")
        await self.act("m", "approve-project")
        await self.done("changePlan", {"decree": "国卫〔2026〕1号", "decreed": "2026-03-02"}, "m", id=plan["id"])

    async def to_drafting(self, **other: Any) -> None:
        await self.to_plan(**other)
        await self.file("m", "annual-plan", "task")
        await self.act("m", "form-group")
        lead, user = self.by["lead"].id, self.by["user"].id
        members = [{"person": lead, "unit": "第一医院"}, {"person": user, "unit": "第二医院", "isUser": True}]
        group = await self.done("saveGroup", {"inCharge": lead, "members": members}, "m", id=self.project)
        await self.token("root")
        await self.office.granted(self.by["root"], lead, "LU", {"kind": "group", "code": group["id"]})
        for each in ("lead", "user"):
            await self.done("declareInterests", {"interests": "none"}, each, id=self.project)
        await self.file("lead", "division-of-work")
        await self.act("lead", "begin-drafting")
        await self.act("lead", "start-package")

    async def upload(self, content: bytes, by: str = "lead") -> dict[str, Any]:
        made: dict[str, Any] = await self.done("uploadPackageDraft", None, by, id=self.project, content=content)
        return made

    async def to_comment(self, **other: Any) -> str:
        """Public comment is open; the id of the consultation."""
        await self.to_drafting(**other)
        return await self.comment_from_drafting()

    async def comment_from_drafting(self) -> str:
        await self.finish_draft()
        await self.act("s", "open-comment")
        rounds = await self.done("listConsultations", id=self.project)
        return str(rounds["consultations"][-1]["id"])

    async def finish_draft(self) -> None:
        """Everything is there that public comment needs."""
        await self.upload(good())
        await self.file("lead", "draft", "trial-report")
        await self.act("lead", "finish-draft")
        await self.file("lead", "comment-draft", "explanation")
        await self.file("s", "comment-notice")

    async def to_review(self, **other: Any) -> str:
        """The review is open; the id of the ballot."""
        await self.to_comment(**other)
        return await self.review_from_comment()

    async def review_from_comment(self) -> str:
        await self.papers_from_comment()
        return await self.opened_review()

    async def to_review_papers(self, **other: Any) -> None:
        """Everything is there that a review needs."""
        await self.to_comment(**other)
        await self.papers_from_comment()

    async def papers_from_comment(self) -> None:
        await self.go_on(days=32)
        await self.generate("s", "consulted-parties")
        await self.act("s", "close-comment")
        await self.generate("lead", "comment-table")
        await self.act("lead", "finish-comments")
        await self.act("s", "prepare-review")
        await self.send_papers()

    async def send_papers(self) -> None:
        await self.file("lead", "review-draft")
        await self.change("s", papersSent=True)
        await self.go_on(days=16)

    async def open_review(self) -> str:
        """With new papers; the id of the ballot."""
        await self.send_papers()
        return await self.opened_review()

    async def opened_review(self) -> str:
        await self.act("s", "open-review")
        return str((await self.done("listBallots", None, "s", id=self.project))["ballots"][-1]["id"])

    async def votes(self, ballot: str, **choices: str) -> None:
        shown = await self.done("readBallot", None, "s", id=ballot)
        for member, choice in choices.items():
            if shown["ballot"]["form"] == "meeting":
                await self.done("noteAttendance", {"member": self.by[member].id}, "s", id=ballot)
            vote = {"choice": choice, "digest": shown["ballot"]["digest"], "reason": "because"}
            await self.done("castVote", vote, member, id=ballot)

    async def to_approval(self, **other: Any) -> None:
        """Before coordination: 50.20."""
        ballot = await self.to_review(**other)
        await self.votes(ballot, **dict.fromkeys(MEMBERS, "approve"))
        await self.done("closeBallot", None, "s", id=ballot)
        await self.generate("s", "ballot-papers")
        await self.act("s", "close-review")
        await self.generate("s", "review-minutes", "roster")
        await self.act("s", "pass-review")
        await self.act("s", "submit")
        await self.file("s", "approval-draft", "interpretation", "submission-letter")
        await self.act("s", "hand-over")


def good(version: str = "2026.0.0-draft.1", **more: Any) -> bytes:
    """A package that compiles."""
    name = element("Patient.name", **{"min": 1, **more})
    return package(profile(name), manifest={**MANIFEST, "version": version})


def after(instant: datetime, **by: float) -> str:
    return str((instant + timedelta(**by)).isoformat())
