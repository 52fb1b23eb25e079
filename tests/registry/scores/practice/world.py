"""A store with a published standard on patients, and the route by which anybody practises against it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from conformance.rules_in_force import Rule
from fhir_kernel.clock import random_id
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings, load_settings
from fhir_kernel.store.base import Store
from plumbline.published import PublishedJudge
from plumbline.wiring import build_published_judge
from registry.api.kit import Kit
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, StandardRule
from registry.http.api import build_api
from registry.people.caller import Caller
from registry.people.limits import Limiter
from registry.publication.facts import publication_facts
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from registry.scores.practice.routes import practice_routes
from tests.registry.drafting.making import BENCH, core, element, package, profile
from tests.registry.http.client import Client

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
LONG_AGO, LATER = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
TOLD = {"key": "cn-1", "severity": "error", "human": "a name is told in full", "expression": "name.text.exists()"}
PATIENT = profile(
    element("Patient", constraint=[TOLD]),
    element("Patient.birthDate", min=1),
    element("Patient.gender", mustSupport=True),
    name="told-patient",
    title="Patient that is told",
)
VISIT = profile(element("Encounter.period", mustSupport=True), type_name="Encounter", name="told-visit")
CANONICAL = f"{PATIENT['url']}|{PATIENT['version']}"
BIRTH, NAME, GENDER = (
    f"{CANONICAL}#Patient.birthDate:min",
    f"{CANONICAL}#Patient:invariant:cn-1",
    f"{CANONICAL}#Patient.gender:must-support",
)


def patient(id_: str, **more: Any) -> Resource:
    """One that keeps every rule; None leaves a member out."""
    div = '<div xmlns="http://www.w3.org/1999/xhtml">patient</div>'
    made = {
        "resourceType": "Patient",
        "id": id_,
        "text": {"status": "generated", "div": div},
        "name": [{"text": f"王 {id_}"}],
        "gender": "female",
        "birthDate": "1985-03-12",
    } | more
    return {name: value for name, value in made.items() if value is not None}


def visit(id_: str, start: str, end: str = "", *, of: str = "p1") -> Resource:
    """A visit of a patient, from a day to a day."""
    made = patient(id_, name=None, gender=None, birthDate=None) | {"resourceType": "Encounter", "status": "finished"}
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    period = {"start": start, **({"end": end} if end else {})}
    return {**made, "class": kind, "subject": {"reference": f"Patient/{of}"}, "period": period}


def bundle(*resources: Any, kind: str = "collection") -> Resource:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": each} for each in resources]}


@cache
def _judge() -> PublishedJudge:
    return build_published_judge(core(), load_settings())


class PracticeGround:
    """The route over a store in which the standard is published: observed now, refused later."""

    def __init__(self, store: Store, folder: Path) -> None:
        kit = Kit(
            store=store,
            new_id=random_id,
            rulebook=Rulebook(timezone(timedelta(hours=8))),
            catalogue=Catalogue(store),
            gather=publication_facts,
            offset=timedelta(hours=8),
            bench=BENCH,
            folder=folder,
        )
        self.store = store
        routes = practice_routes(kit, lambda: _judge().current, core().model)
        limiter = Limiter(Settings(public_practice=30), lambda: 0.0)
        self._client = Client(build_api(routes, _public, limiter, title="Plumbline", version="1"), routes)

    async def opened(self) -> None:
        digest = await self.store.keep(package(PATIENT, VISIT))
        asked = ((CANONICAL, "Patient", "5.1"), (f"{VISIT['url']}|{VISIT['version']}", "Encounter", "5.2"))
        made = tuple(StandardRule(Rule(each, kind, LONG_AGO, None, LATER), clause) for each, kind, clause in asked)
        rules = RuleSet("cn.told", "1", digest, "WS/T 1", "WS/T 1-2026", made)
        await self.store.commit(lambda tx: write_rules(tx, [rules], NOW, random_id, by="n", reason="published"))
        await _judge().take_up(self.store)

    async def ask(self, content: Any, media_type: str = "application/fhir+json", **more: Any) -> Any:
        sent = content if isinstance(content, bytes) else json.dumps(content, indent=2, ensure_ascii=False).encode()
        return await self._client.ask("practise", content=sent, media_type=media_type, **more)

    async def practised(self, content: Any, media_type: str = "application/fhir+json", **more: Any) -> Any:
        answer = await self.ask(content, media_type, **more)
        assert answer.is_success, answer.text
        return answer.json()


async def _public(_request: Any) -> Caller:
    return Caller("198.51.100.7", NOW)
