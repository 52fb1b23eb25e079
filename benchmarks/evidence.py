"""What scores cost a write: writes with and without what scores need in their evidence, in turns, in one process.

python -m benchmarks.evidence [WRITES]

Records are the examples of the sample standard, judged by its profiles; on SQLite and, where there is a mongod, on
MongoDB. Beside it stands what a write takes over HTTP, with evidence for scores, on one connection.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks._load import Exchange, Plan, run_load
from benchmarks._server import running
from conformance.enforcement import Enforcement
from conformance.enforcement_policy import EnforcementPolicy
from conformance.evidence import Sender
from conformance.rules_in_force import ALWAYS, Rule
from conformance.scoring.rules.derive import derive
from conformance.validator import Validator
from fhir_kernel.clock import random_id, system_clock
from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings
from fhir_server.identity.audit import Auditor
from fhir_server.intents import Intent
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from plumbline.sample.editions import editions, package_folder
from plumbline.stores import store_opener
from plumbline.wiring import build_catalog, index_over
from terminology.local import LocalCodes
from tests.contract.mongod import find_mongod, replica_set_url, start_replica_set

WRITES, WARMING_UP = 3_000, 200
TARGET = 10.0
"""Percent of a write over HTTP."""
EDITION = editions()[1]
PROFILES = {
    "condition": "Condition",
    "diagnostic-report": "DiagnosticReport",
    "encounter": "Encounter",
    "laboratory-result": "Observation",
    "medication-request": "MedicationRequest",
    "patient": "Patient",
    "vital-signs": "Observation",
}
SENDER = Sender("hospital-1", "his", "3.1", "client-1")


@dataclass(frozen=True, slots=True)
class Bench:
    """What writes: records, and two judges that say the same, the second one for scores too."""

    catalog: Catalog
    records: Sequence[Resource]
    plain: Enforcement
    scoring: Enforcement
    policy: Path
    """The same rules as a file for the server."""


def main(writes: int) -> None:
    """Print a line for each store."""
    with tempfile.TemporaryDirectory(prefix="plumbline-") as name:
        folder = Path(name)
        bench = _bench(folder)
        print(f"medians of {writes:,} writes each way, in turns\n")
        print(
            "| on | without | with | more | a write over HTTP | more of that | target |\n|---|---|---|---|---|---|---|"
        )
        _measure("SQLite", bench, f"sqlite:///{folder}/turns.sqlite", f"sqlite:///{folder}/http.sqlite", writes)
        if find_mongod() is None:
            print("no mongod on this machine: MongoDB was not measured", file=sys.stderr)
            return
        servers = start_replica_set(1)
        try:
            address, _, query = replica_set_url(servers).partition("?")
            _measure("MongoDB", bench, f"{address}turns?{query}", f"{address}http?{query}", writes)
        finally:
            for server in servers:
                server.stop()


def _bench(folder: Path) -> Bench:
    package = package_folder(EDITION)
    catalog = build_catalog(load=[str(package)])
    rules = tuple(
        Rule(EDITION.profile(name), kind, reject_from=ALWAYS, applies="claimed") for name, kind in PROFILES.items()
    )
    policy, validator = EnforcementPolicy(rules=rules), Validator(catalog, LocalCodes(catalog))
    derived = [derive(each.profile, each.type, validator) for each in rules]
    plain = Enforcement(validator, catalog.model, policy)
    scoring = Enforcement(validator, catalog.model, policy, derived=derived)
    found = [parse_json(file.read_bytes()) for file in sorted((package / "example").glob("*.json"))]
    records = [each for each in found if each["resourceType"] in PROFILES.values()]
    file = folder / "policy.toml"
    file.write_text("".join(_stated(each) for each in rules), encoding="utf-8")
    return Bench(catalog, records, plain, scoring, file)


def _stated(rule: Rule) -> str:
    return f'[[rules]]\nprofile = "{rule.profile}"\ntype = "{rule.type}"\nmode = "reject"\napplies = "claimed"\n\n'


def _measure(title: str, bench: Bench, turns: str, served: str, writes: int) -> None:
    without, with_ = asyncio.run(_in_turns(bench, turns, writes))
    over_http = _over_http(bench, served, writes)
    more = with_ - without
    share = more / over_http * 100
    met = f"{share:.1f} %" if share <= TARGET else f"**{share:.1f} %**"
    times = " | ".join(f"{each:.0f} µs" for each in (without, with_, more, over_http))
    print(f"| {title} | {times} | {met} | ≤ {TARGET:.0f} % |", flush=True)


async def _in_turns(bench: Bench, address: str, writes: int) -> tuple[float, float]:
    """Microseconds of a write without evidence for scores and with it; what a write leaves to others counts as well."""
    opener = store_opener(address)
    assert opener is not None
    store, values = await opener(), index_over(bench.catalog, Settings()).values
    try:
        planners = [Planner(values, judge, bench.catalog.model, system_clock) for judge in (bench.plain, bench.scoring)]
        audit = Auditor("Plumbline", random_id).written
        ways = [Repository(store, planner, system_clock, audit) for planner in planners]
        times: list[list[float]] = [[], []]
        gc.collect()
        for number, record in enumerate(islice(cycle(bench.records), writes + WARMING_UP)):
            for way in (0, 1) if number % 2 else (1, 0):
                intent = Intent(
                    "PUT", record["resourceType"], f"{way}-{number}", resource={**record, "id": f"{way}-{number}"}
                )
                begun = time.perf_counter()
                await ways[way].write([intent], SENDER)
                times[way].append(time.perf_counter() - begun)
        without, with_ = (statistics.median(each[WARMING_UP:]) * 1e6 for each in times)
        return without, with_
    finally:
        await store.close()


def _over_http(bench: Bench, address: str, writes: int) -> float:
    """Microseconds of a write, on one connection of an open server."""
    os.environ["PLUMBLINE_ENFORCEMENT_FILE"] = str(bench.policy)
    try:
        with running(("--open", "--store", address, "--load", package_folder(EDITION)), "/fhir/metadata") as server:
            found = run_load(Plan(server.port, 1, 120, list(_exchanges(bench.records, writes))))
    finally:
        del os.environ["PLUMBLINE_ENFORCEMENT_FILE"]
    if found.wrong:
        raise SystemExit(f"{found.wrong} wrong answers, the first: {found.first_wrong}")
    return found.p50 * 1000


def _exchanges(records: Sequence[Resource], writes: int) -> Iterator[Exchange]:
    for number, record in enumerate(islice(cycle(records), writes)):
        path = f"/fhir/{record['resourceType']}/http-{number}"
        body = write_json({**record, "id": f"http-{number}"}).decode()
        head = f"PUT {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/fhir+json\r\n"
        yield Exchange(
            f"{head}content-length: {len(body.encode())}\r\n\r\n{body}", (f'"id":"http-{number}"',), status=201
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else WRITES)
