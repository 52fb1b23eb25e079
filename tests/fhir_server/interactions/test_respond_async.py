from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fhir_server.identity.audit import Auditor
from fhir_server.identity.authenticate import Caller
from fhir_server.identity.gate import Gate
from fhir_server.identity.open_trial import ANYBODY
from fhir_server.identity.scopes import EVERYTHING, parse_scope
from fhir_server.jobs import JobLimits
from tests.fhir_server.conftest import KEPT, kept
from tests.fhir_server.records_world import PATIENT, Records, Time, identified
from tests.fhir_server.world import told

LATER = {"prefer": "respond-async"}
QUICK = JobLimits(beat=0.02, of_a_client=3, answer_bytes=5_000, piece=100)


class ByName:
    """Everybody is who the request says."""

    async def caller(self, headers):
        scope = parse_scope(headers["x-scope"]) if "x-scope" in headers else EVERYTHING
        return Caller(replace(ANYBODY, id=headers.get("x-name", "somebody")), None, None, (scope,))


class Held:
    """A store whose searches wait until they are let go on."""

    def __init__(self, store):
        self._store, self.free = store, asyncio.Event()

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def search(self, query):
        await self.free.wait()
        return await self._store.search(query)


class Workers:
    """Two workers that serve one store."""

    def __init__(self, store, runner):
        self.runner, self.held = runner, Held(store)
        self.first, self.second = self._worker(self.held), self._worker(store)

    def _worker(self, store):
        gate = Gate(ByName(), Auditor("test", lambda: "audit"), store, Time())
        worker = Records(store=store, gate=gate, jobs=QUICK)
        worker.run = self.runner.run
        return worker

    def begin(self, path="Patient", **headers):
        answer = self.first.get(path, headers={**LATER, **headers})
        assert answer.status_code == 202, answer.text
        return answer.headers["content-location"]

    def pause(self):
        self.runner.run(asyncio.sleep(0.1))

    def done(self, where, worker=None, **more):
        self.held.free.set()
        for _ in range(100):
            answer = (worker or self.second).get(where, **more)
            if answer.status_code != 202:
                return answer
            self.pause()
        raise AssertionError("it is never done")


@pytest.fixture(params=KEPT)
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    with kept(request.param, tmp_path) as (store, runner):
        workers = Workers(store, runner)
        workers.second.put("Patient/p", {**PATIENT, "id": "p"})
        yield workers
        workers.first.fhir.close()
        workers.pause()


def test_a_search_is_answered_later_by_any_worker(workers: Workers):
    where = workers.begin("Patient?_id=p")
    answer = workers.second.get(where)
    assert answer.status_code == 202
    assert answer.headers["x-progress"]
    assert answer.headers["retry-after"]
    answer = workers.done(where)
    assert answer.status_code == 200
    assert answer.headers["expires"]
    bundle = answer.json()
    assert bundle["type"] == "batch-response"
    (entry,) = bundle["entry"]
    assert entry["response"]["status"] == "200 OK"
    assert entry["resource"]["entry"][0]["resource"]["id"] == "p"
    assert b"<Bundle" in workers.done(where, headers={"accept": "application/fhir+xml"}).content


@pytest.mark.parametrize("path", ["Patient/p/_history", "_history", "Patient/p/*", "$meta", "Patient/p/$everything"])
def test_so_are_histories_compartments_and_operations(workers: Workers, path: str):
    answer = workers.done(workers.begin(path))
    assert answer.status_code == 200, answer.text
    assert answer.json()["entry"][0]["resource"] == workers.second.get(path).json() | (
        {"meta": answer.json()["entry"][0]["resource"]["meta"]} if "everything" in path else {}
    )


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_of_a_bundle_the_answer_is_the_bundle(workers: Workers, kind: str):
    rows = [
        {"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}},
        {"request": {"method": "GET", "url": "Patient/p"}},
    ]
    answer = workers.first.post("", {"resourceType": "Bundle", "type": kind, "entry": rows}, headers=LATER)
    assert answer.status_code == 202
    bundle = workers.done(answer.headers["content-location"]).json()
    assert bundle["type"] == f"{kind}-response"
    assert [each["response"]["status"] for each in bundle["entry"]] == ["201 Created", "200 OK"]


def test_what_is_quick_is_answered_at_once(workers: Workers):
    assert workers.second.get("Patient/p", headers=LATER).status_code == 200
    assert workers.second.put("Patient/q", {**PATIENT, "id": "q"}, **LATER).status_code == 201
    assert workers.second.get("metadata", headers=LATER).status_code == 200


def test_a_request_that_fails_says_so(workers: Workers):
    assert told(workers.done(workers.begin("Patient?nonsense=1"))).startswith("400 not-supported")


def test_only_the_client_that_asked_may_ask_and_cancel(workers: Workers):
    where = workers.begin(**{"x-name": "one"})
    for method in ("GET", "DELETE"):
        assert workers.second.send(method, where, headers={"x-name": "other"}).status_code == 404
    assert workers.done(where, headers={"x-name": "one"}).status_code == 200


def test_a_token_that_allows_less_is_not_told_what_one_that_allows_more_has_asked(workers: Workers):
    where = workers.begin()
    assert workers.second.send("GET", where, headers={"x-scope": "system/Patient.rs"}).status_code == 404
    assert workers.done(where).status_code == 200


def test_whoever_cancels_is_answered_no_more(workers: Workers):
    for worker in (workers.first, workers.second):
        where = workers.begin()
        assert worker.delete(where).status_code == 202
        assert told(workers.second.get(where)).startswith("404 not-found")
        workers.pause()
    workers.held.free.set()
    workers.pause()
    assert told(workers.second.get(where)).startswith("404 not-found")


def test_an_answer_can_be_cancelled_too(workers: Workers):
    where = workers.begin()
    workers.done(where)
    assert workers.second.delete(where).status_code == 202
    assert workers.second.get(where).status_code == 404


def test_a_worker_that_ended_keeps_nobody_waiting(workers: Workers):
    where = workers.begin()
    workers.first.fhir.close()  # as far as the store can tell, it was killed
    workers.pause()
    assert workers.second.get(where).status_code == 202
    workers.second.time.now += timedelta(minutes=1)
    assert told(workers.second.get(where)).startswith("500 incomplete: The process that worked on this")


def test_a_worker_that_takes_long_is_not_taken_for_ended(workers: Workers):
    where = workers.begin()
    for worker in (workers.first, workers.second):
        worker.time.now += timedelta(minutes=1)
    workers.pause()
    assert workers.second.get(where).status_code == 202


def test_a_client_has_a_number_of_requests_and_they_end(workers: Workers):
    asked = [workers.begin() for _ in range(3)]
    assert told(workers.first.get("Patient", headers=LATER)).startswith("429 throttled")
    assert workers.first.get("Patient", headers={**LATER, "x-name": "other"}).status_code == 202
    workers.done(asked[0])
    for worker in (workers.first, workers.second):
        worker.time.now += timedelta(hours=25)
    assert workers.second.get(asked[0]).status_code == 404
    workers.begin()


def test_an_answer_that_is_too_large_is_refused_not_cut(workers: Workers):
    for n in range(20):
        workers.second.put(f"Patient/x{n}", identified(str(n), id=f"x{n}"))
    assert told(workers.done(workers.begin())).startswith("422 too-costly")
