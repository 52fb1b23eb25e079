"""Fills a store for the benchmark of the registry: what was made up, packages, and an officer who has every role."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from benchmarks._pad import load_into
from benchmarks._registry import Registry
from benchmarks._standards import NOW, TODAY
from fhir_kernel.clock import random_id, system_clock
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from fhir_kernel.store.base import Store, Transaction
from fhir_server.identity.audit import Auditor
from fhir_server.identity.secrets import SecretHasher
from plumbline.stores import store_opener
from registry.lifecycle.book import Book
from registry.lifecycle.possible import possible
from registry.lifecycle.standing import standing
from registry.model.case import Actor
from registry.model.progress import replay
from registry.packages.opening import Opened, open_package
from registry.packages.shelf import keep_package, place
from registry.people.first_administrator import create_administrator
from registry.people.grants import GRANTS, Grant
from registry.people.kit import Kit
from registry.people.roles import ADMINISTRATOR, ANYONE, ROLES
from registry.people.scope import Scope
from registry.people.sessions import Sessions, SessionTimes
from registry.publication.facts import publication_facts
from registry.records.cases import events, load_case

CANONICAL = "https://standards.example.org/fhir"
_LIMITS, _TOGETHER, _SAMPLE = ArchiveLimits(), 100, 200


async def fill(address: str, registry: Registry, packages: int, book: Book) -> str:
    """Fill a store, look into a sample of what it then holds, and give the token of the officer's session."""
    opener = store_opener(address)
    assert opener is not None
    store = await opener()
    try:
        await load_into(store, registry.path)
        await _place_packages(store, packages)
        await _look_into(store, registry, book)
        return await _officer(store)
    finally:
        await store.close()


async def _look_into(store: Store, registry: Registry, book: Book) -> None:
    """What the domain derives from a project's events has to be what it keeps of them. Raises SystemExit."""
    everybody = Actor("somebody", frozenset(ROLES))
    for project in Random(0).sample(registry.published, min(_SAMPLE, len(registry.published))):
        case = await load_case(store, project, publication_facts, TODAY)
        if replay(await events(store, project)) != case.progress:
            raise SystemExit(f"{project}: the events do not lead to what is kept")
        standing(case, NOW, book)
        possible(case, everybody, NOW, book)


async def _place_packages(store: Store, packages: int) -> None:
    for first in range(0, packages, _TOGETHER):
        opened = [_package(number) for number in range(first, min(packages, first + _TOGETHER))]
        await asyncio.gather(*(keep_package(store, each, _LIMITS) for each in opened))
        await store.commit(partial(_place, opened, first))


async def _place(opened: Sequence[Opened], first: int, transaction: Transaction) -> None:
    for number, each in enumerate(opened, start=first):
        await place(transaction, each, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number))


def _package(number: int) -> Opened:
    canonical = f"{CANONICAL}/standard-{number}"
    manifest = {
        "name": f"cn.example.standard{number}",
        "version": "2026.0.0",
        "title": f"第{number}号标准",
        "description": f"第{number}号标准的数据包",
        "canonical": canonical,
        "type": "fhir.ig",
        "author": "国家卫生信息标准研究所",
        "license": "CC0-1.0",
        "fhirVersions": ["4.0.1"],
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
    }
    profiles = [
        {
            "resourceType": "StructureDefinition",
            "id": f"profile-{each}",
            "url": f"{canonical}/StructureDefinition/profile-{each}",
            "version": "2026.0.0",
        }
        for each in range(3)
    ]
    files = [(f"StructureDefinition-{each['id']}", each) for each in profiles]
    documents = [Document(f"package/{name}.json", write_json(each)) for name, each in (("package", manifest), *files)]
    return open_package(pack(documents), _LIMITS)


async def _officer(store: Store) -> str:
    kit = Kit(store, Auditor("Plumbline", random_id), system_clock, random_id)
    person = await create_administrator(
        kit, SecretHasher(), "officer", f"for the benchmark {random_id()}", name="Officer"
    )
    sessions = Sessions(kit, SessionTimes(timedelta(hours=12), timedelta(hours=12)))

    async def work(transaction: Transaction) -> str:
        now = system_clock()
        for role in ROLES.keys() - {ANYONE, ADMINISTRATOR}:
            grant = Grant(random_id(), person.id, role, Scope.everything(), now, "", now)
            await transaction.save(GRANTS, grant.name, grant.document())
        token, _ = await sessions.open(transaction, person.id)
        return token.text

    return await store.commit(work)
