"""A server whose one institution sends patients and observations that are judged by two profiles, and scored."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx

from conformance.enforcement import Enforcement
from conformance.enforcement_policy import EnforcementPolicy
from conformance.evidence import Sender
from conformance.judgement import ACCEPTANCE_CODES
from conformance.rules_in_force import ALWAYS, Rule
from conformance.scoring.rules.derive import derive
from conformance.scoring.rules.scored import masks_in
from conformance.validator import Validator
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.app import Holdings, Surroundings, build_app
from fhir_server.interactions.capabilities import Software
from fhir_server.repository import EVIDENCE
from registry.scores.lists import keep_lists
from terminology.local import LocalCodes
from tests.conformance.validator.world import core, element, profile
from tests.fhir_server.records_world import NoCodes, search_index
from tests.fhir_server.world import OPERATIONS, SmallTerminology

START = datetime(2025, 4, 1, 4, tzinfo=UTC)
NAMED = profile("Patient", element("Patient.name", min=1), name="named")
TIMED = profile(
    "Observation", element("Observation.subject", min=1), element("Observation.method", min=1), name="timed"
)
HOSPITAL = Sender("hospital-1", "his", "3.1", "c-1")
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"text": "李明"}], "birthDate": "2000-01-01"}
RESULT = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"text": "glucose"},
    "subject": {"reference": "Patient/p1"},
    "method": {"text": "m"},
    "effectiveDateTime": "2025-04-01T08:00:00+08:00",
}


@cache
def scoring_judge() -> Enforcement:
    """Refuses patients without a name; of observations it only tells."""
    catalog = core().extended([NAMED, TIMED, ACCEPTANCE_CODES])
    rules = (
        Rule(f"{NAMED['url']}|1.0.0", "Patient", reject_from=ALWAYS),
        Rule(f"{TIMED['url']}|1.0.0", "Observation", warn_from=ALWAYS),
    )
    validator = Validator(catalog, LocalCodes(catalog))
    derived = [derive(each.profile, each.type, validator) for each in rules]
    return Enforcement(validator, catalog.model, EnforcementPolicy(rules=rules), derived=derived)


@dataclass
class Scored:
    """What an entry says of the rules of one list, by what follows the canonical."""

    asked: set[str]
    failed: set[str]
    error: set[str]


class World:
    """The server over a store, and its evidence."""

    def __init__(self, store: Store, sender: Sender = HOSPITAL) -> None:
        self.store, self.sender = store, sender
        self._seconds, numbers = itertools.count(), itertools.count(1)
        around = Surroundings(
            Software("Plumbline", "0.1.0", "2024-01-01"),
            clock=lambda: START + timedelta(seconds=next(self._seconds)),
            new_id=lambda: f"new-{next(numbers)}",
            now=lambda: 0.0,
        )
        holdings = Holdings(
            store,
            search_index(),
            core().structure,
            NoCodes(),
            b"a key of at least sixteen bytes",
            judge=scoring_judge(),
            sender=lambda _request: self.sender,
        )
        self._app = build_app(SmallTerminology(), OPERATIONS, Settings(), around, holdings)

    async def open(self) -> World:
        await keep_lists(self.store, scoring_judge().lists.values())
        return self

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {
            "content-type": "application/fhir+json",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://test") as client:
            return await client.request(
                method, f"/{path}", content=json.dumps(body) if body is not None else None, headers=given
            )

    async def put(self, resource: Mapping[str, Any]) -> httpx.Response:
        return await self.send("PUT", f"{resource['resourceType']}/{resource['id']}", resource)

    async def evidence(self) -> list[Mapping[str, Any]]:
        return [entry async for _, entry in self.store.log(EVIDENCE)]


def told(entry: Mapping[str, Any]) -> Scored:
    """What the one list of an entry says."""
    (row,) = entry["scored"]["lists"]
    digest, *masks = masks_in(row)
    rules = scoring_judge().lists[digest].rules
    sets = [{each.id.partition("#")[2] for place, each in enumerate(rules) if mask >> place & 1} for mask in masks]
    return Scored(*sets)


def bundle(kind: str, *resources: Mapping[str, Any]) -> dict[str, Any]:
    """A Bundle that puts resources."""
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def run(work: Any) -> Any:
    return asyncio.run(work)
