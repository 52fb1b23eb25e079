"""A province with tallies: what standards ask, who takes part, what came on the days of a month."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from conformance.rules_in_force import Rule
from conformance.scoring.canonical import digest
from conformance.scoring.counting.counters import packed
from conformance.scoring.counting.deltas import Day
from conformance.scoring.rules.model import ElementaryRule, Kind, RuleList
from conformance.scoring.said import Said
from conformance.scoring.sheet import FIELDS
from fhir_kernel.store.base import Store, Transaction
from fhir_server.identity.organisations import ORGANISATIONS, PRODUCTS, Organisation, Product
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, StandardRule
from registry.scores.counting.names import DAY, SAMPLE, day_name, sample_name
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume import VOLUMES, ExpectedVolume
from registry.scores.lists import keep_lists
from registry.scores.running.around import Around

ZONE = timezone(timedelta(hours=8))
AROUND = Around(ZONE, "Plumbline 1", "tables 7")
NOW = datetime(2023, 11, 5, 2, tzinfo=UTC)
OCTOBER, SEPTEMBER = "2023-10", "2023-09"
LABS, NOTES = "https://example.org/labs", "https://example.org/notes"
KINDS: Sequence[tuple[Kind, str, str]] = (
    ("base", "critical", "D1"),
    ("binding", "major", "D2"),
    ("must-support", "minor", "D3"),
    ("timely", "major", "D5"),
)
PASSED, FAILED, ERROR, CLUSTERS = range(len(FIELDS))
Judged = Mapping[str, tuple[int, int]]
"""By kind of rule, how many passed and failed on each day; `""`: of all kinds that are not named."""
GOOD: Judged = {"": (40, 0)}
WEAK: Judged = {"": (40, 0), "binding": (30, 10)}


def rule_list(url: str, version: str = "1", kinds: Sequence[tuple[Kind, str, str]] = KINDS) -> RuleList:
    """The rules of a profile, with that on its volume."""
    rules = [
        _rule(f"{url}|{version}#Observation.code:{kind}", kind, severity, dimension)
        for kind, severity, dimension in kinds
    ]
    rules.append(_rule(f"{url}#:volume", "volume", "major", "D3"))
    return RuleList(f"{url}|{version}", "Observation", "A profile", tuple(sorted(rules, key=lambda each: each.id)))


def rule_id(url: str, kind: str, version: str = "1") -> str:
    return f"{url}#:volume" if kind == "volume" else f"{url}|{version}#Observation.code:{kind}"


class Province:
    """What is in a store, put there in a few words."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def opened(self, *institutions: str, urls: Sequence[str] = (LABS, NOTES)) -> Province:
        """Two published standards, and institutions of the class county."""
        await keep_lists(self.store, LISTS.values())
        await self.publish("pkg", {f"{url}|1": (date(2023, 1, 1), None) for url in urls})
        for name in institutions:
            await self.add(name)
        return self

    async def publish(self, package: str, spans: Mapping[str, tuple[date, date | None]]) -> None:
        """Rules that hold from one local day until another."""
        rules = [
            StandardRule(
                Rule(
                    profile,
                    "Observation",
                    _begin(since) - timedelta(days=90),
                    None,
                    _begin(since),
                    until and _begin(until),
                ),
                "6.2",
            )
            for profile, (since, until) in spans.items()
        ]
        made = RuleSet(package, "1", "0" * 64, "std-1", "std-1/1", tuple(rules))
        await self.store.commit(
            lambda transaction: write_rules(transaction, [made], NOW, lambda: digest(spans)[:8], by="n", reason="")
        )

    async def add(self, name: str, kind: str = "county", **volumes: int) -> None:
        """An institution, of which records are expected of both data sets."""
        its = Organisation(name, f"Hospital {name}", "institution", jurisdiction="310115", classification=kind)
        await self.save(ORGANISATIONS, name, its.document())
        for url in (LABS, NOTES) if kind else ():
            await self.expect(name, url, volumes.get(url.rsplit("/", 1)[1], 1240))

    async def expect(self, name: str, url: str, count: int, id_: str = "") -> None:
        """That so many records are expected in each month of the year."""
        begin, end = date(2023, 1, 1), date(2023, 12, 31)
        decided = Attribution("e", NOW, "")
        its = ExpectedVolume(id_ or digest(url)[:8], name, url, begin, end, count * 365 // 31, "settlements", decided)
        await self.save(VOLUMES, its.name, its.document())

    async def product(self, id_: str, vendor: str) -> None:
        its = Product(id_, f"Product {id_}", vendor, ("1",))
        await self.save(PRODUCTS, id_, its.document())

    async def send(
        self, name: str, *, product: str = "his#1", first: date = date(2023, 10, 1), days: int = 31, **judged: Judged
    ) -> None:
        """What came on each of some days, by data set: `labs=GOOD, notes=WEAK`."""
        lists = {LISTS[f"https://example.org/{name_}"]: found for name_, found in judged.items()}
        await self.tally(name, {each: counters(each, found) for each, found in lists.items()}, product, first, days)

    async def tally(
        self, name: str, counts: Mapping[RuleList, array[int]], product: str, first: date, days: int = 1
    ) -> None:
        """Counters of lists on each of some days."""
        kept = {"lists": {each.digest: packed(found) for each, found in counts.items()}, "checks": {}}
        for at in range(days):
            day = (first + timedelta(days=at)).isoformat()
            await self.save(DAY, day_name("1", Day(day, name, product)), kept)

    async def check(self, name: str, rule: str, passed: int, failed: int = 0, day: str = "2023-10-05") -> None:
        """The result of a check that is no rule of records."""
        kept = {"lists": {}, "checks": {rule: [passed, failed, 0, passed + failed]}}
        await self.save(DAY, day_name("1", Day(day, name, "")), kept)

    async def example(self, name: str, rule: str) -> None:
        """An example of what failed."""
        row = ["Observation/1/_history/1", "Observation.code", "xxx-9", "code-unknown", "2023-10-07", "his#1"]
        await self.save(SAMPLE, sample_name("1", name, OCTOBER, rule), {"rule": rule, "examples": [row]})

    async def save(self, collection: str, name: str, document: object) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.save(collection, name, document)  # type: ignore[arg-type]

        await self.store.commit(work)


def counters(rules: RuleList, judged: Judged) -> array[int]:
    """Of one day, in the order of a rule list; a volume passes as often as records came."""
    rows = [array("I", bytes(4 * len(rules.rules))) for _ in FIELDS]
    for at, rule in enumerate(rules.rules):
        passed, failed = judged.get(rule.kind, judged[""])
        rows[PASSED][at], rows[FAILED][at], rows[CLUSTERS][at] = passed, failed, passed + failed
    return sum(rows[1:], rows[0])


def _rule(id_: str, kind: Kind, severity: str, dimension: str) -> ElementaryRule:
    title = Said(f"What {kind} asks", f"{kind} 的要求")
    return ElementaryRule(
        id_,
        kind,
        "Observation.code",
        "",
        severity,
        dimension,
        1.0,
        "SHALL",
        title,
        Said("Mend it", "改正"),  # type: ignore[arg-type]
    )


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


LISTS = {url: rule_list(url) for url in (LABS, NOTES)}
