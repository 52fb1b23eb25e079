"""From what a user gives — a .tgz, a folder, a file, name#version — to packages, with what they depend on.

https://hl7.org/fhir/packages.html; https://confluence.hl7.org/display/FHIR/NPM+Package+Specification for dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fhir_kernel.errors import FetchError, PackageError, PackageNotFound
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.packages.folder import given_file, given_folder, unpacked_package
from fhir_kernel.packages.manifest import PackageId, parse_reference
from fhir_kernel.packages.package import Package
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.packages.versions import fits, is_floating, newest
from fhir_kernel.settings import Settings

_CORE = re.compile(r"hl7\.fhir\.(r\d+[a-z]?\.)?(core|corexml|expansions|search)")
_R4 = ("4.0",)
_CLOSE_TO_R4 = ("4.1", "4.3")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Packages in the order to load them, what is depended on first; and what a person should know about it."""

    packages: tuple[Package, ...]
    notes: tuple[str, ...]


def resolve_packages(given: Sequence[str], settings: Settings, *, progress: Progress = silent) -> Resolution:
    """The core package, then those of `given` with their dependencies, fetched where they are not installed.

    Raises PackageNotFound and FetchError, naming who asked for the package; PackageError for one that cannot be used.
    """
    resolver = _Resolver(settings, progress)
    try:
        resolver.add_core()
        for text in given:
            resolver.add(_given(text, settings, progress))
    except OSError as error:
        raise PackageError(f"{error.filename} cannot be read: {error.strerror}") from error
    return Resolution(tuple(resolver.packages), tuple(resolver.notes))


def install(text: str, settings: Settings, *, progress: Progress = silent) -> PackageId:
    """Install a .tgz or name#version into the package folder and return what was installed; not its dependencies.

    Raises PackageError.
    """
    path = _existing(text)
    if path is not None and path.is_file():
        return _id_of(unpacked_package(_install(path, settings)))
    return _id_of(installed_package(*_named(text), settings, progress=progress))


def installed_package(
    name: str, pattern: str, settings: Settings, *, progress: Progress = silent, asked_by: str = ""
) -> Package:
    """The package from the package folder; fetched and installed first if no installed version fits `pattern`.

    An installed version is taken without asking whether there is a newer one, so that a run can be repeated. Raises
    PackageNotFound, FetchError.
    """
    cache = PackageCache(settings.package_folder)
    version = newest(each for each in cache.versions(name) if fits(each, pattern)) if is_floating(pattern) else pattern
    folder = cache.find(PackageId(name, version)) if version else None
    if folder is None:
        wanted = f"{name}#{pattern}" + (f", which {asked_by} needs," if asked_by else "")
        if settings.offline:
            raise PackageNotFound(f"{wanted} is not installed in {cache.root}, and offline is set")
        try:
            folder = _fetch(name, pattern, settings, progress)
        except (FetchError, PackageNotFound) as error:
            raise type(error)(f"{wanted} is not installed and could not be fetched: {error}") from error
    return unpacked_package(folder)


@dataclass(slots=True)
class _Resolver:
    settings: Settings
    progress: Progress
    packages: list[Package] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)

    def add_core(self) -> None:
        name, version = _named(self.settings.core_package)
        self.visited.add(name)
        self.packages.append(installed_package(name, version, self.settings, progress=self.progress))

    def add(self, package: Package) -> None:
        """Add a package that was asked for, what it depends on first; nothing if it is there."""
        name = package.manifest.id.name if package.manifest else ""
        is_there = any(package.fingerprint == each.fingerprint for each in self.packages)
        problem = _unusable(package)
        if problem:
            raise PackageError(problem)
        if not is_there and not (name in self.visited and _is_core(name)):
            self._add_dependencies(package)
            self.packages.append(package)

    def _add_dependencies(self, package: Package) -> None:
        manifest = package.manifest
        if manifest is None:
            return
        self.visited.add(str(manifest.id))
        for name, pattern in manifest.dependencies.items():
            if not _is_core(name):
                self._add_dependency(name, pattern, package.source)

    def _add_dependency(self, name: str, pattern: str, asked_by: str) -> None:
        if f"{name}#{pattern}" in self.visited:
            return
        self.visited.add(f"{name}#{pattern}")
        found = installed_package(name, pattern, self.settings, progress=self.progress, asked_by=asked_by)
        problem = _unusable(found)
        if problem:
            self.notes.append(f"{problem}; {asked_by} depends on it, and it was left out")
        else:
            self.add(found)


def _given(text: str, settings: Settings, progress: Progress) -> Package:
    path = _existing(text)
    if path is None:
        return installed_package(*_named(text), settings, progress=progress)
    if path.is_dir():
        return given_folder(path)
    return _given_archive(path, settings) if path.suffix.lower() in (".tgz", ".gz") else given_file(path)


def _existing(text: str) -> Path | None:
    """The file or folder that `text` names; None where it names none, or could not."""
    try:
        path = Path(text).expanduser()
        return path if text and path.exists() else None
    except (OSError, RuntimeError, ValueError):
        return None


def _given_archive(path: Path, settings: Settings) -> Package:
    from fhir_kernel.packages.archive import ArchiveLimits
    from fhir_kernel.packages.given_archive import given_archive  # few runs need to open archives

    return given_archive(path, ArchiveLimits.of(settings))


def _install(archive: Path, settings: Settings, *, expected: PackageId | None = None) -> Path:
    from fhir_kernel.packages.archive import ArchiveLimits
    from fhir_kernel.packages.install import install_archive  # needed only where something is not installed yet

    cache = PackageCache(settings.package_folder)
    return install_archive(cache, archive, ArchiveLimits.of(settings), expected=expected)


def _named(text: str) -> tuple[str, str]:
    reference = parse_reference(text)
    if reference is None:
        kinds = "a file, nor a folder, nor a package such as hl7.fhir.us.core#6.1.0"
        raise PackageNotFound(f"{text[:200]!r} is neither {kinds}")
    return reference


def _fetch(name: str, pattern: str, settings: Settings, progress: Progress) -> Path:
    import tempfile  # with `fetch`, which needs httpx, slow to load and rarely needed

    from fhir_kernel.packages.fetch import FetchLimits, fetch_package

    limits = FetchLimits(
        connect=settings.connect_timeout,
        read=settings.read_timeout,
        retries=settings.retries,
        bytes=settings.archive_bytes,
    )
    with tempfile.TemporaryDirectory(prefix="plumbline-") as temporary:
        folder = Path(temporary)
        try:
            expected, archive = fetch_package(
                settings.registries, name, pattern, folder, limits=limits, progress=progress
            )
        except (FetchError, PackageNotFound) as error:
            expected, archive = PackageId(name, pattern), _carried(name, pattern, folder, error, progress)
        return _install(archive, settings, expected=expected)


def _carried(name: str, pattern: str, folder: Path, refusal: PackageError, progress: Progress) -> Path:
    """The core package has a second source; for every other the registries' refusal stands."""
    from fhir_kernel.packages.core_carrier import CARRIED, fetch_carried_core

    if (name, pattern) != CARRIED:
        raise refusal
    try:
        return fetch_carried_core(folder, progress=progress)
    except FetchError as error:
        raise FetchError(f"{refusal}; {error}") from error


def _unusable(package: Package) -> str | None:
    """Why a package cannot be used with R4; a package that does not say its FHIR version is trusted."""
    if package.manifest is None or not package.manifest.fhir_versions:
        return None
    versions = package.manifest.fhir_versions
    accepted = _R4 if _is_core(package.manifest.id.name) else (*_R4, *_CLOSE_TO_R4)
    if any(version.startswith(accepted) for version in versions):
        return None
    return f"{package.source} is for FHIR {', '.join(versions)}; expected R4 (4.0.1)"


def _is_core(name: str) -> bool:
    return _CORE.fullmatch(name) is not None


def _id_of(package: Package) -> PackageId:
    if package.manifest is None:
        raise PackageError(f"{package.source} has no package.json")
    return package.manifest.id
