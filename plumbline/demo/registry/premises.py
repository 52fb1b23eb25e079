"""A server with a registry of its own, whose clock can be moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from fhir_kernel.errors import SettingsError
from fhir_kernel.issues import Language
from fhir_kernel.settings import Settings
from plumbline.app import no_log
from plumbline.demo.registered import client_id, register
from plumbline.demo.registry.asking import Asking
from plumbline.demo.registry.calendar import Calendar
from plumbline.demo.registry.people import first_administrator, open_office
from plumbline.demo.registry.records import HOSPITAL, Hospital
from plumbline.demo.served import served
from plumbline.stores import store_opener
from plumbline.wiring import build_server

_YEARS = 10 * 365 * 24.0
"""Hours of a session: the story takes seconds, in which the clock goes on by years."""
_OFTEN = 0.1
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Premises:
    """Where the story takes place."""

    asking: Asking
    hospital: Hospital
    calendar: Calendar


@contextmanager
def premises(settings: Settings, calendar: Calendar, language: Language = "en") -> Iterator[Premises]:
    """Register the hospital and the administrator in the setting `store`, serve, and let the people in.

    Raises PlumblineError.
    """
    settings = replace(
        settings,
        enforcement_file=None,
        refresh_seconds=_OFTEN,
        session_hours=_YEARS,
        session_idle_minutes=_YEARS * 60,
        public_reads=_MANY,
        public_logins=_MANY,
        token_requests=_MANY,
    )
    password, secret = asyncio.run(_prepare(settings, calendar))
    with served(build_server(settings, (), no_log, None, clock=calendar)) as port:
        asking = Asking(port, language)
        open_office(asking, password)
        yield Premises(asking, Hospital(port, secret, language), calendar)


async def _prepare(settings: Settings, calendar: Calendar) -> tuple[str, str]:
    open_store = store_opener(settings.store)
    if open_store is None:
        raise SettingsError(f"the store is '{settings.store}'; expected one that keeps something")
    store = await open_store()
    try:
        secrets = await register(store, [HOSPITAL], calendar)
        return await first_administrator(store, calendar), secrets[client_id(HOSPITAL)]
    finally:
        await store.close()
