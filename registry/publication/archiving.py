"""Makes the archive that is published of a draft: released, installed for trial, signed and kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from registry.packages.opening import open_package
from registry.packages.shelf import keep_package
from registry.publication.digests import sm3_of
from registry.publication.press import Press
from registry.publication.record import Archive
from registry.publication.releasing import released, staged


@dataclass(frozen=True, slots=True)
class ReleasedAs:
    """What publication says of a draft, whose digest is `draft`."""

    draft: str
    version: str
    published: date
    in_force: date


async def make_archive(press: Press, content: bytes, as_: ReleasedAs) -> tuple[Archive, bytes]:
    """The archive and its bytes; nothing shows it yet. Raises Refused, StoreError, SettingsError (no key)."""
    made = await asyncio.to_thread(released, content, as_.version, as_.published, as_.in_force, press.workshop)
    found = await asyncio.to_thread(staged, made, press.workshop)
    opened = await asyncio.to_thread(open_package, made, press.archive_limits)
    await keep_package(press.store, opened, press.archive_limits)
    signature = await asyncio.to_thread(press.signer.sign, made)
    archive = Archive(
        package=opened.name,
        version=opened.version,
        draft=as_.draft,
        sha256=opened.digests.sha256,
        sm3=sm3_of(made),
        size=len(made),
        signature=await press.store.keep(signature.content),
        key=signature.key,
        staging=found.sentences,
        errors=found.errors,
    )
    return archive, made
