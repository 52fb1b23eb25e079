"""A server with everything in it, the real terminology too, in memory: for what is to be seen of the whole."""

from __future__ import annotations

import itertools
from pathlib import Path

from conformance.enforcement import Judge
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_kernel.store.memory import MemoryStore
from fhir_server.app import Holdings, Surroundings, build_app
from fhir_server.interactions.capabilities import Software
from fhir_server.middleware import guarded
from fhir_server.search.codes import TerminologyCodes
from fhir_server.search.context import SearchLimits
from fhir_server.search.upkeep import Upkeep
from plumbline.wiring import build_terminology
from terminology.operation_table import OPERATIONS
from tests.fhir_server.records_world import Records, Time, core, search_index
from tests.fhir_server.records_world import judge as judging


class Whole(Records):
    """The application as it is served, but for its store, its clock and its ids."""

    def __init__(
        self, folder: Path, store: Store | None = None, upkeep: Upkeep | None = None, judge: Judge | None = None
    ) -> None:
        """`folder` is one without code tables."""
        settings = Settings(terminology_folder=folder, upstream_terminology=None)
        terminology = build_terminology(settings, catalog=core())
        self.store, self.time, self.log = store or MemoryStore(), Time(), []
        numbers = itertools.count(1)
        around = Surroundings(
            Software("Plumbline", "0.1.0", "2024-01-01"),
            clock=self.time,
            new_id=lambda: f"new-{next(numbers)}",
            now=lambda: 0.0,
        )
        codes = TerminologyCodes(terminology, SearchLimits())
        key = b"a key of at least sixteen bytes"
        index = search_index() if upkeep is None else upkeep.index
        strict = judge or judging()
        holdings = Holdings(self.store, index, core().structure, codes, key, judge=strict, upkeep=upkeep)
        self.fhir = build_app(terminology, OPERATIONS, settings, around, holdings)

        async def mounted(scope, receive, send):
            await self.fhir({**scope, "root_path": "/fhir"}, receive, send)

        self.app = self._app = guarded(mounted, new_id=lambda: "request", log=self.log.append, now=lambda: 0.0)
