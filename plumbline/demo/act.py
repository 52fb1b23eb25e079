"""The second act of the demo: institutions send records to a server, which accepts, warns or refuses.

The server keeps them in an SQLite file below the output folder, with its keys and its policy beside it.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from fhir_kernel.clock import system_clock
from fhir_kernel.issues import Language
from fhir_kernel.settings import load_settings
from fhir_kernel.store.sqlite import SqliteStore
from fhir_server.identity.organisations import Organisation
from plumbline.app import no_log
from plumbline.demo import package_folder, policy_file
from plumbline.demo.evidence import Kept, count_evidence
from plumbline.demo.institutions import Institution, institutions
from plumbline.demo.registered import client_id, register
from plumbline.demo.sending import Reason, Verdict, send_all
from plumbline.demo.served import served
from plumbline.wiring import build_server

_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where things lie, all below `folder`."""

    folder: Path

    @property
    def store(self) -> Path:
        """The file of the store."""
        return self.folder / "records.sqlite"

    @property
    def keys(self) -> Path:
        """The folder of the keys that sign tokens."""
        return self.folder / "keys"

    @property
    def policy(self) -> Path:
        """The file that says what is accepted."""
        return self.folder / "enforcement.toml"


@dataclass(slots=True)
class Tally:
    """What became of the records of one institution."""

    organisation: Organisation
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    texts: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def frequent(self, most: int) -> Sequence[tuple[int, str]]:
        """The most frequent reasons for refusal, each with its number; the text is that of the first."""
        return [(count, self.texts[kind]) for kind, count in self.reasons.most_common(most)]

    def refused_for(self, reason: Reason) -> None:
        """Count a reason."""
        self.reasons[reason.kind] += 1
        self.texts.setdefault(reason.kind, reason.text)


def perform(stage: Stage, language: Language) -> tuple[Sequence[Tally], Kept]:
    """Begin with an empty store, serve, send and stop. Raises PlumblineError, OSError."""
    for suffix in _BESIDE:
        stage.store.with_name(stage.store.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(policy_file(), stage.policy)
    settings = replace(
        load_settings(), store=f"sqlite:///{stage.store}", key_folder=stage.keys, enforcement_file=stage.policy
    )
    cast = institutions()
    secrets = asyncio.run(_register(stage.store, cast))
    with served(build_server(settings, (str(package_folder()),), no_log, None)) as port:
        tallies = [_tally(port, each, secrets[client_id(each.organisation)], language) for each in cast]
    return tallies, asyncio.run(_count(stage.store))


def _tally(port: int, institution: Institution, secret: str, language: Language) -> Tally:
    tally = Tally(institution.organisation)
    for each in send_all(port, client_id(tally.organisation), secret, institution.records, language):
        tally.verdicts[each.verdict] += 1
        if each.reason is not None:
            tally.refused_for(each.reason)
    return tally


async def _register(path: Path, cast: Sequence[Institution]) -> dict[str, str]:
    store = SqliteStore(path)
    try:
        return dict(await register(store, (each.organisation for each in cast), system_clock))
    finally:
        await store.close()


async def _count(path: Path) -> Kept:
    store = SqliteStore(path)
    try:
        return await count_evidence(store)
    finally:
        await store.close()
