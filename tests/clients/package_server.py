"""A package registry over HTTP, filled with a few versions and with the core package of this machine."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.settings import load_settings
from fhir_kernel.store.sqlite import SqliteStore
from registry.packages.mirror import mirror
from registry.packages.routes import canonical_routes, package_routes
from tests.registry.packages.world import LIMITS, NOW, PROFILE, opened, profile, publish

CLIENTS = Path(__file__).parent / "javascript"
VERSIONS = ("2021.0.0", "2021.0.1", "2022.0.0", "2023.0.0-draft.1")


@dataclass(frozen=True, slots=True)
class Registry:
    """Where it is, and what it was filled with."""

    address: str
    archives: dict[str, bytes]
    """By version of the example."""

    @property
    def packages(self) -> str:
        return f"{self.address}/packages"

    @property
    def preview(self) -> str:
        return f"{self.address}/preview/packages"


def what_is_missing(*programs: str) -> str:
    """Why these programs of JavaScript cannot be run here; empty where they can."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "package clients need node and npm, which are not on PATH"
    absent = [each for each in programs if not (CLIENTS / "node_modules" / ".bin" / each).exists()]
    return f"{', '.join(absent)} not installed: `make javascript` does it" if absent else ""


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """The registry while it runs, on a thread and an event loop of its own."""
    opened_store: list[SqliteStore] = []
    routes = [*package_routes(lambda: opened_store[0]), *canonical_routes(lambda: opened_store[0])]
    config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server, archives = uvicorn.Server(config), dict[str, bytes]()

    async def serve() -> None:
        opened_store.append(store := SqliteStore(folder / "registry.sqlite"))
        try:
            archives.update(await _filled(store))
            await server.serve()
        finally:
            await store.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Registry(f"http://127.0.0.1:{port}", archives)
    finally:
        server.should_exit = True
        thread.join(30)


async def _filled(store: SqliteStore) -> dict[str, bytes]:
    await mirror(store, PackageCache(load_settings().package_folder), LIMITS, NOW)
    packages = [opened(version, _profile(version)) for version in VERSIONS]
    for each in packages:
        await publish(store, each)
    return {each.version: each.content for each in packages}


def _profile(version: str) -> dict[str, object]:
    patient = "http://hl7.org/fhir/StructureDefinition/Patient"
    element = {"id": "Patient.identifier", "path": "Patient.identifier", "min": 1}
    return profile(
        PROFILE,
        version,
        name="ExamplePatient",
        status="active",
        kind="resource",
        abstract=False,
        type="Patient",
        baseDefinition=patient,
        derivation="constraint",
        fhirVersion="4.0.1",
        differential={"element": [element]},
        snapshot={"element": [{"id": "Patient", "path": "Patient", "min": 0, "max": "*"}, {**element, "max": "*"}]},
    )
