"""The shelf: each version of a package is placed once, its bytes never change, and nothing is ever taken away.

The archive and its artefacts are content of the store, kept before the commit that places them. Documents:
`package-release` by `name/version`, `package` by name with the newest versions, `package-artefact` by
`url|version|name#version`, `package-canonical` by the canonical address of a package and its name. What is placed is
noted in the log `package-shelf`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_kernel.store.records import Document
from registry.packages.naming import is_prerelease
from registry.packages.opening import Opened, documents_of
from registry.packages.release import Artefact, Placed, Release, placed_of, release_of
from registry.refusal import Refused
from registry.sentence import Sentence

RELEASES, PACKAGES = "package-release", "package"
ARTEFACTS, CANONICALS = "package-artefact", "package-canonical"
LOG = "package-shelf"
"""The log that other processes follow: name and version of what is placed."""


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest versions of a package: of those for use, and of all."""

    release: Release | None
    any: Release

    def document(self) -> Document:
        """As it is kept."""
        of_use = None if self.release in (None, self.any) else self.release.document()
        return {"any": self.any.document(), "release": of_use, "trial": self.release is None}


async def keep_package(store: Store, opened: Opened, limits: ArchiveLimits) -> None:
    """Keep the archive and its artefacts, before the commit that places them. Raises StoreFull, StoreUnavailable."""
    await store.keep(opened.content)
    wanted = {each.file for each in opened.artefacts}
    documents = documents_of(opened.content, limits)
    while (document := await asyncio.to_thread(next, documents, None)) is not None:
        if document.name in wanted:
            await store.keep(document.data)


async def place(transaction: Transaction, opened: Opened, now: datetime, *, is_mirrored: bool = False) -> Release:
    """Place a version for good, as part of a commit; the same bytes once more change nothing.

    Call `keep_package` before. Raises Refused: other bytes under this version, a name or an artefact of somebody else.
    """
    before = await release(transaction, opened.name, opened.version)
    if before is not None:
        _check_same(before, opened)
        return before
    placed = Release(opened.name, opened.version, opened.facts, opened.digests, now, is_mirrored)
    newest = await newest_of(transaction, opened.name)
    if newest is not None and newest.any.is_mirrored != is_mirrored:
        raise _of_somebody_else(opened.name)
    if not is_mirrored:
        await _check_artefacts(transaction, placed, opened.artefacts)
    await transaction.save(RELEASES, _name(placed.name, placed.version), placed.document())
    await transaction.append(LOG, [{"name": placed.name, "version": placed.version}])
    await transaction.save(PACKAGES, placed.name, with_newer(newest, placed).document())
    if placed.facts.canonical:
        await transaction.save(CANONICALS, f"{placed.facts.canonical}|{placed.name}", {"name": placed.name})
    for each in opened.artefacts:
        kept = Placed(each, placed.name, placed.version, is_mirrored)
        await transaction.save(ARTEFACTS, f"{each.url}|{each.version}|{placed.name}#{placed.version}", kept.document())
    return placed


async def release(reader: Reader, name: str, version: str) -> Release | None:
    """A version of a package."""
    found = await reader.load(RELEASES, _name(name, version))
    return None if found is None else release_of(found)


async def releases(reader: Reader, name: str) -> Sequence[Release]:
    """Every version of a package, the oldest first."""
    found = [release_of(document) for _, document in await reader.listed(RELEASES, prefix=f"{name}/")]
    return sorted(found, key=lambda each: each.precedence)


async def newest_of(reader: Reader, name: str) -> Newest | None:
    """The newest versions of a package."""
    found = await reader.load(PACKAGES, name)
    return None if found is None else _newest(found)


async def names_with_canonical(reader: Reader, canonical: str) -> Sequence[str]:
    """The packages of this canonical address."""
    found = await reader.listed(CANONICALS, prefix=f"{canonical}|")
    return [str(document["name"]) for _, document in found]


async def holders(reader: Reader, url: str, version: str | None = None) -> Sequence[Placed]:
    """Every package version with an artefact of this canonical address, the oldest first."""
    prefix = f"{url}|" if version is None else f"{url}|{version}|"
    found = [placed_of(document) for _, document in await reader.listed(ARTEFACTS, prefix=prefix)]
    return sorted(found, key=lambda each: each.precedence)


async def find_artefact(reader: Reader, url: str, version: str | None = None) -> Artefact | None:
    """The artefact of this canonical address in the newest release that has it and was published here."""
    found = [each for each in await holders(reader, url, version) if _is_ours(each)]
    return found[-1].artefact if found else None


def with_newer(newest: Newest | None, placed: Release) -> Newest:
    """The newest versions once another one is placed."""
    known = [] if newest is None else [newest.any, *([newest.release] if newest.release is not None else [])]
    every = sorted([*known, placed], key=lambda each: each.precedence)
    of_use = [each for each in every if not each.is_prerelease]
    return Newest(of_use[-1] if of_use else None, every[-1])


def _name(name: str, version: str) -> str:
    return f"{name}/{version}"


def _newest(document: Document) -> Newest:
    newest, of_use = release_of(document["any"]), document["release"]
    if document["trial"]:
        return Newest(None, newest)
    return Newest(newest if of_use is None else release_of(of_use), newest)


def _is_ours(placed: Placed) -> bool:
    return not placed.is_mirrored and not is_prerelease(placed.package_version)


async def _check_artefacts(transaction: Transaction, placed: Release, artefacts: Sequence[Artefact]) -> None:
    """A canonical address stays with one package, and one version of an artefact stays as it was published.

    Pre-releases are for trial: what they hold binds nobody.
    """
    if placed.is_prerelease:
        return
    for each in artefacts:
        for other in await holders(transaction, each.url):
            if is_prerelease(other.package_version):
                continue
            if other.package != placed.name:
                raise _taken(each, other)
            if other.artefact.version == each.version and other.artefact.digest != each.digest:
                raise _changed(each, other)


def _check_same(before: Release, opened: Opened) -> None:
    if before.digests.sha256 == opened.digests.sha256:
        return
    en = (
        f"{before.name}#{before.version} was published on {before.published:%Y-%m-%d} with other bytes "
        f"(SHA-256 {before.digests.sha256}, now {opened.digests.sha256}); a version never changes: give it a new number"
    )
    zh = (
        f"{before.name}#{before.version} 已于 {before.published:%Y-%m-%d} 发布，内容不同"
        f"（SHA-256 为 {before.digests.sha256}，现为 {opened.digests.sha256}）；已发布的版本不可更改，请使用新的版本号"
    )
    raise Refused("conflict", (Sentence(en, zh),))


def _of_somebody_else(name: str) -> Refused:
    en = f"{name} is the package of another publisher, and this registry holds a copy; choose another name"
    zh = f"{name} 是其他发布者的软件包，本注册处仅存其副本；请另选名称"
    return Refused("conflict", (Sentence(en, zh),))


def _taken(artefact: Artefact, other: Placed) -> Refused:
    holder = f"{other.package}#{other.package_version}"
    en = f"{artefact.url} belongs to the package {holder}; another package cannot publish it"
    zh = f"{artefact.url} 属于软件包 {holder}，其他软件包不得发布"
    return Refused("conflict", (Sentence(en, zh),), where=artefact.file)


def _changed(artefact: Artefact, other: Placed) -> Refused:
    holder, canonical = f"{other.package}#{other.package_version}", f"{artefact.url}|{artefact.version}"
    en = f"{canonical} was published in {holder} with other content; give the artefact a new version"
    zh = f"{canonical} 已在 {holder} 中发布，内容不同；请为其设定新的版本"
    return Refused("conflict", (Sentence(en, zh),), where=artefact.file)
