"""One ASGI application of everything that Plumbline serves: FHIR at /fhir, and whether it lives."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fhir_kernel.clock import random_id
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.settings import Settings
from fhir_server.app import Surroundings, build_app
from fhir_server.interactions.capabilities import Software
from fhir_server.middleware import App, LogLine, Receive, Scope, Send, guarded
from fhir_server.outcomes import outcome
from plumbline import RELEASED, __version__
from terminology.failures import operation_issue

if TYPE_CHECKING:
    from fhir_server.backend import TerminologyBackend
    from terminology.operations import Operation

FHIR = "/fhir"


def build_application(
    terminology: TerminologyBackend, operations: Sequence[Operation], settings: Settings, *, log: LogLine
) -> App:
    """The whole application; `log` gets a line for each request."""
    around = Surroundings(Software("Plumbline", __version__, RELEASED))
    fhir = build_app(terminology, operations, settings, around)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(_take_up_changes(terminology, settings.refresh_seconds))
        yield
        watching.cancel()
        fhir.close()

    rest = Starlette(
        routes=[Route("/livez", _well), Route("/readyz", _well), Route("/", _welcome)],
        exception_handlers={HTTPException: _not_here},
        lifespan=lifespan,
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        """FHIR first, without the framework's routing: its requests are the many."""
        if scope["type"] == "http" and (scope["path"].startswith(FHIR + "/") or scope["path"] == FHIR):
            await fhir({**scope, "root_path": FHIR}, receive, send)
        else:
            await rest(scope, receive, send)

    return guarded(application, new_id=random_id, log=log, now=time.perf_counter)


async def _take_up_changes(terminology: TerminologyBackend, seconds: float) -> None:
    """Let the server know, within `seconds`, of code tables that a command installs while it runs."""
    while True:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(terminology.refresh)


def log_line(line: Mapping[str, Any]) -> None:
    """Write one line of the access log to standard error."""
    sys.stderr.buffer.write(write_json(dict(line)) + b"\n")
    sys.stderr.buffer.flush()


def no_log(_line: Mapping[str, Any]) -> None:
    """Keep no access log."""


async def _well(_request: Request) -> Response:
    """Everything is loaded before the first request is taken, so to be alive is to be ready."""
    return JSONResponse({"status": "ok"})


async def _welcome(_request: Request) -> Response:
    return RedirectResponse(FHIR + "/metadata")


async def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = f"There is nothing at '{request.url.path}'; the FHIR server is at {FHIR}"
    code = "not-found" if status == 404 else "not-supported"
    return JSONResponse(outcome([operation_issue("error", code, text)]), status, media_type="application/fhir+json")
