"""The registry of standards within the application: /api, packages, and artefacts at their addresses."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from conformance.enforcement import Judge
from fhir_kernel.clock import Clock, random_id, system_clock
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.identity.audit import Auditor
from fhir_server.planning import Planner
from fhir_server.public_address import public_address
from fhir_server.repository import Fence, Repository
from fhir_server.search.index import SearchIndex
from plumbline import __version__
from plumbline.published import PublishedJudge
from plumbline.scoring import around
from registry.api.assembly import CHINA, assemble_registry
from registry.api.kit import Kit
from registry.drafting.package.bench import Bench
from registry.drafting.package.limits import PackageLimits
from registry.evaluation.routes import evaluation_routes
from registry.http.api import build_api
from registry.http.route import Route as ApiRoute
from registry.packages.mirror import MirrorOnce
from registry.packages.routes import canonical_routes, package_routes
from registry.people.assembly import assemble_people
from registry.people.routes import people_routes
from registry.publication.auditing import written_by_people
from registry.publication.press import Press
from registry.publication.releasing import Workshop
from registry.publication.routes import publication_routes
from registry.publication.signing import Signer
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.watching import keep_closed
from registry.scores.assembly import ScoreGround, score_routes
from registry.scores.practice.routes import practice_routes

API = "/api"


@dataclass(frozen=True, slots=True)
class Ground:
    """What the registry stands on in a process: its store, and what judges, finds and records what is written there."""

    store: Store
    auditor: Auditor
    index: SearchIndex
    judge: Judge | None
    fence: Fence
    published: PublishedJudge | None = None
    """Against whose standards anybody may practise; part of `judge`."""


class RegistryApp:
    """Serves nothing before it is opened, in each process over its own store."""

    def __init__(self, settings: Settings, bench: Bench, clock: Clock = system_clock) -> None:
        self._settings, self._bench, self._clock = settings, bench, clock
        self._address, self._limits = public_address(settings), ArchiveLimits.of(settings)
        self._store: Store | None = None
        self._api: Starlette | None = None
        self._office: Office | None = None

    def open(self, ground: Ground) -> None:
        """Put together what answers from a store."""
        self._store = ground.store
        people = assemble_people(
            ground.store, self._settings, ground.auditor, clock=self._clock, new_id=random_id, now=time.monotonic
        )
        uploads = self._settings.cache_folder / "uploads"
        uploads.mkdir(parents=True, exist_ok=True)
        registry = assemble_registry(ground.store, self._bench, uploads, new_id=random_id)
        press = self._press(ground, uploads)
        self._office = Office(ground.store, press.repository, random_id, CHINA)
        scores = ScoreGround(around(self._settings), press.repository, press.signer, ground.judge)
        routes = [
            *people_routes(people),
            *registry.routes(),
            *publication_routes(registry.kit, press),
            *evaluation_routes(registry.kit),
            *score_routes(registry.kit, scores),
            *_practice(registry.kit, ground),
        ]
        self._api = build_api(
            routes, people.caller_of, people.limiter, title="Plumbline", version=__version__, address=self._address
        )

    def _press(self, ground: Ground, uploads: Path) -> Press:
        planner = Planner(ground.index.values, ground.judge, ground.index.model, self._clock)
        written = written_by_people(ground.auditor)
        repository = Repository(ground.store, planner, self._clock, written, ground.fence)
        workshop = Workshop(self._bench, PackageLimits(), uploads)
        signer = Signer(self._settings.key_folder / "publication", self._clock)
        return Press(ground.store, repository, workshop, self._limits, signer, random_id)

    async def keep_orders_closed(self, seconds: float) -> None:
        """Look every so many seconds whether new traffic closes orders to mend; never ends."""
        assert self._office is not None  # it is opened before anything is watched
        await keep_closed(self._office, self._clock, seconds)

    def first_routes(self) -> list[Route]:
        """Those of the package registry."""
        mirror = MirrorOnce(self._opened, PackageCache(self._settings.package_folder), self._limits, self._clock)
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


def _practice(kit: Kit, ground: Ground) -> list[ApiRoute]:
    published = ground.published
    return [] if published is None else practice_routes(kit, lambda: published.current, ground.index.model)


def is_of_api(path: str) -> bool:
    """Whether a path is answered by the JSON API."""
    return path.startswith(API + "/")
