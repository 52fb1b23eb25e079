"""The registry of standards within the application: /api, packages, and artefacts at their addresses."""

from __future__ import annotations

import time

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fhir_kernel.clock import random_id, system_clock
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.identity.audit import Auditor
from fhir_server.public_address import public_address
from plumbline import __version__
from registry.http.api import build_api
from registry.packages.mirror import MirrorOnce
from registry.packages.routes import canonical_routes, package_routes
from registry.people.assembly import assemble_people
from registry.people.routes import people_routes

API = "/api"


class RegistryApp:
    """Serves nothing before it is opened, in each process over its own store."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._address = settings, public_address(settings)
        self._store: Store | None = None
        self._api: Starlette | None = None

    def open(self, store: Store, auditor: Auditor) -> None:
        """Put together what answers from a store."""
        people = assemble_people(
            store, self._settings, auditor, clock=system_clock, new_id=random_id, now=time.monotonic
        )
        routes = people_routes(people)
        self._store = store
        self._api = build_api(
            routes, people.caller_of, people.limiter, title="Plumbline", version=__version__, address=self._address
        )

    def first_routes(self) -> list[Route]:
        """Those of the package registry."""
        cache, limits = PackageCache(self._settings.package_folder), ArchiveLimits.of(self._settings)
        mirror = MirrorOnce(self._opened, cache, limits, system_clock)
        return package_routes(self._opened, self._address, ready=mirror)

    def last_routes(self) -> list[Route]:
        """Those that match any path."""
        return canonical_routes(self._opened, self._address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is asked below /api."""
        assert self._api is not None  # no request comes before the start is complete
        await self._api({**scope, "root_path": API}, receive, send)

    def _opened(self) -> Store:
        assert self._store is not None  # as above
        return self._store


def is_of_api(path: str) -> bool:
    """Whether a path is answered by the JSON API."""
    return path.startswith(API + "/")
