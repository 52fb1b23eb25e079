"""A server in which the sample standard is in force, with institutions of one class that send and are scored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from conformance.rules_in_force import Rule
from fhir_kernel.clock import random_id
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store, Transaction
from fhir_server.identity.organisations import CLIENTS, ORGANISATIONS, Client, Organisation, Product
from fhir_server.identity.register import add_organisation, add_product
from fhir_server.identity.secrets import SecretHasher
from plumbline.demo.registered import SCOPES
from plumbline.demo.registry.asking import Asking
from plumbline.demo.registry.calendar import Calendar
from plumbline.demo.registry.packages import package
from plumbline.demo.registry.premises import Premises, premises
from plumbline.sample import PACKAGE_NAME, editions
from plumbline.stores import store_opener
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, StandardRule
from tests.journeys.scores.records import REFUSED, SETS, spoken_of, url_of
from tests.journeys.scores.sender import Sender

START = datetime(2025, 1, 10, 1, tzinfo=UTC)
LONG_AGO = datetime(2024, 12, 1, tzinfo=UTC)
CLINIC, HOSPITAL, WARD = "clinic", "hospital", "ward"
"""Classes: without checks and test reports, with them, and one of which three data sets alone are expected."""
OF_WARDS = ("vital-signs", "condition", "encounter")
EXPECTED = {CLINIC: (SETS, []), HOSPITAL: (SETS, "all"), WARD: (OF_WARDS, [])}
"""By class, data sets and checks."""
HOW_MANY = {CLINIC: 300, HOSPITAL: 10, WARD: 10}
"""Institutions that are registered, of each class."""
_SECRET = "secret"
_VENDOR, _PRODUCT = Organisation("vendor", "厂商", "vendor"), Product("his", "系统", "vendor", ("1",))
_TYPES = {"patient": "Patient", "encounter": "Encounter", "condition": "Condition", REFUSED: "MedicationRequest"}


@dataclass(frozen=True, slots=True)
class Ground:
    """Time goes on with each month that is scored; nobody sends in two of them unless they are told to."""

    place: Premises
    settings: Settings
    _names: Mapping[str, Iterator[str]]
    """Of institutions that have sent nothing yet, by class."""

    @property
    def asking(self) -> Asking:
        """The people of the registry."""
        return self.place.asking

    @property
    def calendar(self) -> Calendar:
        """The clock of the server."""
        return self.place.calendar

    def newcomer(self, kind: str = CLINIC) -> Sender:
        """The system of an institution that has sent nothing yet."""
        return self.sender(next(self._names[kind]))

    def sender(self, name: str, *, practice: bool = False) -> Sender:
        """The system of an institution, or that by which it practises."""
        return Sender(self.asking.port, f"{name}-practice" if practice else name, _SECRET, name)

    def next_month(self) -> date:
        """Let time pass until a month begins, which may be today; gives its first day."""
        today = self.calendar.today
        first = today if today.day == 1 else after(today)
        self.calendar.go_to(first)
        return first

    def close(self, first: date, volumes: Mapping[str, Mapping[str, int]]) -> str:
        """Let a month end and say how many records there were to be sent; gives its name."""
        last = after(first) - timedelta(days=1)
        if self.calendar.today <= last:
            self.calendar.go_to(after(first))
        days = {"begin": str(first), "end": str(last), "source": "claims"}
        rows = [
            {"institution": who, "dataSet": url_of(data_set), "count": count, **days}
            for who, counts in volumes.items()
            for data_set, count in counts.items()
        ]
        if rows:
            self.asking.done("enterExpectedVolumes", {"volumes": rows}, "evaluator")
        return f"{first:%Y-%m}"

    def row(self, period: str, institution: str) -> dict[str, Any]:
        """What an institution would have in a period; nothing is kept."""
        body = {"period": period, "institution": institution}
        found: dict[str, Any] = self.asking.done("takeScores", body, "evaluator")["trial"]
        return found

    def score(self, period: str, institution: str) -> float:
        """The number of it."""
        row = self.row(period, institution)
        assert not row["withheld"], row["withheld"]
        return float(row["score"])


def after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


@contextmanager
def ground(settings: Settings) -> Iterator[Ground]:
    """Everything is there before the server starts, as after its last stop. Raises PlumblineError."""
    names = {kind: [f"{kind}{at}" for at in range(count)] for kind, count in HOW_MANY.items()}
    asyncio.run(_prepare(settings, {name: kind for kind, row in names.items() for name in row}))
    with premises(settings, Calendar(START)) as place:
        made = Ground(place, settings, {kind: iter(row) for kind, row in names.items()})
        _expect(made)
        made.newcomer().sent(spoken_of())
        yield made


def _expect(made: Ground) -> None:
    for id_, (data_sets, checks) in EXPECTED.items():
        body = {"title": {"en": id_, "zh": id_}, "dataSets": [url_of(each) for each in data_sets], "checks": checks}
        made.asking.done("decideScoreClass", {**body, "reason": "begin"}, "business", id=id_)


async def _prepare(settings: Settings, institutions: Mapping[str, str]) -> None:
    open_store = store_opener(settings.store)
    assert open_store is not None
    store = await open_store()
    try:
        await _register(store, institutions)
        await _publish(store)
    finally:
        await store.close()


async def _register(store: Store, institutions: Mapping[str, str]) -> None:
    await add_organisation(store, _VENDOR)
    await add_product(store, _PRODUCT)
    hashed = SecretHasher().hash(_SECRET)

    async def work(transaction: Transaction) -> None:
        for name, kind in institutions.items():
            its = Organisation(name, name, "institution", jurisdiction="310115", classification=kind)
            await transaction.save(ORGANISATIONS, name, its.document())
            client = Client(name, name, name, SCOPES, hashed, LONG_AGO, _PRODUCT.id, "1")
            for each in (client, replace(client, id=f"{name}-practice", is_practice=True)):
                await transaction.save(CLIENTS, each.id, each.document())

    await store.commit(work)


async def _publish(store: Store) -> None:
    """As a publication does at its end; what is wrong is seen, and refused in one data set alone."""
    digest = await store.keep(package(editions()[0]))
    rules = tuple(StandardRule(_rule(each), "5.1") for each in SETS)
    made = RuleSet(PACKAGE_NAME, editions()[0].version, digest, "std-1", "std-1/1", rules)
    await store.commit(lambda tx: write_rules(tx, [made], LONG_AGO, random_id, by="n", reason="published"))


def _rule(data_set: str) -> Rule:
    profile = editions()[0].profile(data_set)
    if data_set == REFUSED:
        return Rule(profile, _TYPES[data_set], LONG_AGO, None, LONG_AGO)
    if data_set not in _TYPES:
        return Rule(profile, "Observation", LONG_AGO, applies="claimed")
    return Rule(profile, _TYPES[data_set], LONG_AGO)
