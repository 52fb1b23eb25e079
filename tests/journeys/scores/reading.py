"""What a snapshot tells to whom, and that it stays what it was."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Transaction
from fhir_server.repository import EVIDENCE
from plumbline.demo.registry.people import ROOT, Cast, hire
from plumbline.stores import store_opener
from tests.journeys.saying import says
from tests.journeys.scores.ground import Ground

E = "evaluator"
Broken = tuple[str, str]
"""A rule, and who breaks it."""


def said_of_itself(place: Ground, snapshot: str, good: str, *broken: Broken) -> None:
    """Who breaks a rule has less, is told what it would gain, and sees no other's account."""
    asking = place.asking
    best = asking.done("readScoreAccount", by=E, snapshot=snapshot, id=good)
    for rule, who in broken:
        hire(asking, Cast(who, who, organisation=who), ROOT)
        account = asking.done("readScoreAccount", by=who, snapshot=snapshot, id=who)
        assert account["score"] < best["score"]
        (broke,) = [each for each in account["rules"] if each["id"] == rule]
        assert (broke["passed"], broke["judged"]) == (0, broke["failed"])
        assert broke["gain"] > 0
        assert broke["examples"][0]["day"].startswith(snapshot[:7])
        said = [each["en"] for each in asking.done("explainScore", by=who, snapshot=snapshot, id=who)["sentences"]]
        assert any(each.startswith(rule) for each in said)
        assert any(f"= {account['score']}" in each for each in said), said[-3:]
        says(asking.refused("readScoreAccount", by=who, snapshot=snapshot, id=good), 403, "")
        says(asking.refused("readSnapshotContent", by=who, snapshot=snapshot), 403, "")


def handed_out(place: Ground, snapshot: str, who: str) -> None:
    """Every form has the same number; the resources are valid by the server itself."""
    asking = place.asking
    value = asking.done("readScoreAccount", by=who, snapshot=snapshot, id=who)["score"]
    page = asking.done("showScoreReport", by=who, snapshot=snapshot, id=who, query={"language": "zh"}).decode()
    assert f"{value:.2f}" in page
    for operation in ("readMeasureReport", "readScoreTestReport", "readFindingsOutcome", "readReportReference"):
        resource = json.loads(asking.ask(operation, by=who, snapshot=snapshot, id=who).content)
        answer = place.sender(who).ask("POST", f"/{resource['resourceType']}/$validate", resource)
        wrong = [each for each in answer.body["issue"] if each["severity"] in ("error", "fatal")]
        assert not wrong, (operation, wrong)


def open_to_verification(place: Ground, snapshot: str) -> None:
    """Anybody who has the digest finds the snapshot by it; the digest is that of the content."""
    digest = hashlib.sha256(content(place, snapshot)).hexdigest()
    found = place.asking.done("verifySnapshot", digest=digest)
    assert (found["id"], found["digest"]) == (snapshot, digest)
    page = place.asking.done("showVerification", digest=digest, query={"language": "en"}).decode()
    assert digest in page
    says(place.asking.refused("verifySnapshot", digest="0" * 64), 404, "")


def content(place: Ground, snapshot: str) -> bytes:
    """The canonical bytes."""
    answer = place.asking.ask("readSnapshotContent", by=E, snapshot=snapshot)
    assert answer.status == 200
    return answer.content


def still_the_same(place: Ground, contents: Mapping[str, bytes]) -> None:
    """Whatever came after them, snapshots replay."""
    for snapshot in contents:
        assert place.asking.done("replaySnapshot", {}, E, snapshot=snapshot)["isEqual"] is True


def the_same_after_a_restart(settings: Settings, plumbline: Callable[..., Any], contents: Mapping[str, bytes]) -> None:
    """The tallies can be counted anew from what is stored, and the snapshots from the tallies."""
    rebuilt = plumbline("score", "rebuild", "--store", settings.store)
    assert (rebuilt.status, "Nothing differs" in rebuilt.out) == (0, True), rebuilt
    for snapshot, kept in contents.items():
        told = plumbline("score", "verify", snapshot, "--store", settings.store)
        assert told.status == 0, told
        assert hashlib.sha256(kept).hexdigest() in told.out


def spoil_the_log(settings: Settings, institution: str) -> None:
    """Evidence that was judged by rules which nobody wrote down."""
    lists = [["f" * 16, "1", "0", "0"]]
    scored = {"identity": "1" * 32, "named": True, "content": "2" * 32, "patient": "", "lists": lists}
    entry = {"instant": "2025-02-03T01:00:00+00:00", "institution": institution, "method": "PUT", "accepted": True}

    async def work(transaction: Transaction) -> None:
        await transaction.append(EVIDENCE, [{**entry, "type": "Patient", "rules": [], "scored": scored}])

    async def run() -> None:
        open_store = store_opener(settings.store)
        assert open_store is not None
        store = await open_store()
        try:
            await store.commit(work)
        finally:
            await store.close()

    asyncio.run(run())
