"""`Prefer: respond-async`: a request that is answered later (https://hl7.org/fhir/R4/async.html).

Of what the answer is when it is no file of a bulk export, that page says nothing; it is a Bundle, as later releases of
FHIR have it (https://hl7.org/fhir/R5/async-bundle.html).
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from fhir_kernel.clock import NewId
from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.errors import StoreError
from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request
from fhir_server.interactions.bundle_entry import response_entry
from fhir_server.jobs import Job, Jobs, State
from fhir_server.outcomes import RequestRefused, failure, refused
from fhir_server.preconditions import http_date, is_async
from fhir_server.routes import Route

STATUS, CANCEL = "async-status", "async-cancel"
_BUNDLES = frozenset(("batch", "transaction"))
_INTERACTIONS = frozenset(
    (
        *("search-type", "search-system", "search-compartment"),
        *("history-instance", "history-type", "history-system", "operation"),
        *_BUNDLES,
    )
)
"""What may be answered later."""
_PATH = "_async"
_SOON, _LATER = "1", "5"


class RespondAsync:
    """Begins requests, tells of them, and cancels them. `answer` answers one, within seconds, as if it came alone."""

    def __init__(self, jobs: Jobs, answer: Callable[[Request, float], Awaitable[Answer]], new_id: NewId) -> None:
        self._jobs, self._answer, self._new_id = jobs, answer, new_id
        self._room = asyncio.Semaphore(jobs.limits.at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._working: dict[str, asyncio.Task[Answer]] = {}

    def routes(self) -> Iterator[Route]:
        """Where clients ask how far a request is, and cancel it."""
        yield Route(("GET",), f"{_PATH}/{{id}}", STATUS, None, awaited=self.status)
        yield Route(("DELETE",), f"{_PATH}/{{id}}", CANCEL, None, awaited=self.cancel)

    def takes(self, route: Route, request: Request) -> bool:
        """Whether the request is to be answered later."""
        return route.interaction in _INTERACTIONS and request.method != "HEAD" and is_async(request.headers["prefer"])

    async def begin(self, route: Route, request: Request) -> Answer:
        """Where to ask for the answer (202). Raises RequestRefused where the client has too many requests under way."""
        client = _client(request)
        job = await self._jobs.begin(self._new_id(), client, _scopes(request), bundled=route.interaction in _BUNDLES)
        if job is None:
            text = f"{self._jobs.limits.of_a_client} requests that are answered later are kept for '{client}' already"
            raise refused("throttled", f"{text}; DELETE those that are not needed", headers={"retry-after": "60"})
        task = asyncio.create_task(self._run(job, replace(request, as_stored=True)))
        self._tasks[job.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(job.id, None))
        headers = {"content-location": f"{request.base}/{_PATH}/{job.id}", "preference-applied": "respond-async"}
        return Answer(None, 202, {**headers, "retry-after": _SOON})

    async def status(self, request: Request) -> Answer:
        """How far it is (202), or its answer. Raises RequestRefused: 404, or 500 where nobody works on it any more."""
        job = await self._found(request)
        if self._jobs.is_lost(job):
            text = "The process that worked on this request has ended before it was answered; what the request was to"
            raise refused(
                "incomplete", f"{text} write may have been written or not: look, and send it anew", status=500
            )
        if job.state != "done":
            since = http_date(job.began)
            progress = f"running, asked for at {since}" if job.state == "running" else f"waiting since {since}"
            return Answer(None, 202, {"x-progress": progress, "retry-after": _LATER})
        body = (await self._jobs.answer(job)).encode()
        if job.status >= 400:
            return Answer(parse_json(body), job.status)
        headers = {"expires": http_date(job.until)}
        if job.bundled:
            return Answer(None, 200, headers, body)
        return Answer(_bundle(job, body, request), 200, headers)

    async def cancel(self, request: Request) -> Answer:
        """Forget it and its answer (202); whoever works on it hears of that soon. Raises RequestRefused (404)."""
        job = await self._found(request)
        await self._jobs.forget(job)
        if (working := self._working.get(job.id)) is not None:
            working.cancel()
        return Answer(None, 202)

    def close(self) -> None:
        """Work on nothing any more."""
        for each in tuple(self._tasks.values()):
            each.cancel()

    async def _found(self, request: Request) -> Job:
        job = await self._jobs.find(request.ids["id"], _client(request), _scopes(request))
        if job is None:
            text = f"There is no request '{request.ids['id']}' of yours: it was cancelled, or its time is over"
            raise refused("not-found", text)
        return job

    # behind the scenes

    async def _run(self, job: Job, request: Request) -> None:
        """Have it answered, and say meanwhile that somebody works on it, until nobody wants it any more."""
        state: State = "waiting"

        async def work() -> Answer:
            nonlocal state
            async with self._room:
                state = "running"
                await self._jobs.beat(job, state)
                return await self._answer(request, self._jobs.limits.seconds)

        self._working[job.id] = working = asyncio.create_task(work())
        try:
            while not (await asyncio.wait((working,), timeout=self._jobs.limits.beat))[0]:
                if not await self._is_wanted(job, state):
                    return
            if not working.cancelled():
                await self._finish(job, working)
        finally:
            working.cancel()
            del self._working[job.id]

    async def _is_wanted(self, job: Job, state: State) -> bool:
        try:
            return await self._jobs.beat(job, state)
        except StoreError as error:  # that nobody works on it any more is said where this goes on for long
            _tell(job, error)
            return True

    async def _finish(self, job: Job, working: asyncio.Task[Answer]) -> None:
        answer = _result(job, working)
        body = answer.json if answer.json is not None else write_json(answer.resource or {})
        if len(body) > self._jobs.limits.answer_bytes:
            text = f"The answer has {len(body)} bytes, more than the {self._jobs.limits.answer_bytes} that are kept"
            answer = failure(refused("too-costly", text).issues)
            body = write_json(answer.resource or {})
        try:
            await self._jobs.finish(job, answer.status, answer.headers, body.decode())
        except StoreError as error:
            _tell(job, error)


def _result(job: Job, working: asyncio.Task[Answer]) -> Answer:
    error = working.exception()
    if error is None:
        return working.result()
    if isinstance(error, RequestRefused):
        return failure(error.issues, error.status)
    _tell(job, error)
    text = f"The server could not answer; this has been written down as request {job.id}"
    return failure(refused("exception", text).issues, 500)


def _bundle(job: Job, body: bytes, request: Request) -> Resource:
    """The answer as the only entry of a Bundle."""
    answer = Answer(None, job.status, job.headers or {}, body)
    return {"resourceType": "Bundle", "type": "batch-response", "entry": [response_entry(answer, request)]}


def _client(request: Request) -> str:
    return request.caller.client.id if request.caller is not None else ""


def _scopes(request: Request) -> str:
    return " ".join(sorted(map(str, request.caller.scopes))) if request.caller is not None else ""


def _tell(job: Job, error: BaseException) -> None:
    text = "".join(traceback.format_exception(error))
    sys.stderr.write(f"request {job.id}, which is answered later, failed:\n{text}\n")
