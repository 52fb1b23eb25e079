"""A server with a registry of its own, whose clock can be moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from fhir_kernel.errors import SettingsError
from fhir_kernel.issues import Language
from fhir_kernel.settings import Settings
from plumbline.app import no_log
from plumbline.demo.registered import Installation, client_id, register
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
    secrets: Mapping[str, str]
    """By ids of clients."""
    passwords: Mapping[str, str]
    """By login names."""


@contextmanager
def premises(
    settings: Settings,
    calendar: Calendar,
    language: Language = "en",
    installations: Sequence[Installation] = (),
    port: int = 0,
) -> Iterator[Premises]:
    """Register the hospital, `installations` and the administrator in the setting `store`, serve, and let people in.

    `port` is where to serve if it is free. Raises PlumblineError.
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
        token_seconds=int(_YEARS * 3600),
    )
    password, secrets = asyncio.run(_prepare(settings, calendar, installations))
    with served(build_server(settings, (), no_log, None, clock=calendar), port) as found:
        asking = Asking(found, language)
        passwords = open_office(asking, password)
        hospital = Hospital(found, secrets[client_id(HOSPITAL)], language)
        yield Premises(asking, hospital, calendar, secrets, passwords)


async def _prepare(
    settings: Settings, calendar: Calendar, installations: Sequence[Installation]
) -> tuple[str, Mapping[str, str]]:
    open_store = store_opener(settings.store)
    if open_store is None:
        raise SettingsError(f"the store is '{settings.store}'; expected one that keeps something")
    store = await open_store()
    try:
        secrets = await register(store, [Installation(HOSPITAL), *installations], calendar)
        return await first_administrator(store, calendar), secrets
    finally:
        await store.close()
