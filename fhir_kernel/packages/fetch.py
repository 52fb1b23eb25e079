"""Fetches packages from FHIR package registries, which speak npm's protocol (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import httpx
import orjson

from fhir_kernel.errors import FetchError, PackageNotFound
from fhir_kernel.packages.manifest import PackageId, is_version
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.packages.versions import fits, newest, sort_key

_LARGEST_LISTING = 64_000_000
_STRONG = ("sha512", "sha384", "sha256")
_AS_IT_IS = {"accept-encoding": "identity"}
"""An archive is compressed already; a server that says so in content-encoding means the archive itself."""
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Time-outs in seconds, sizes in bytes."""

    connect: float = 4.0
    read: float = 60.0
    retries: int = 2
    bytes: int = 2_000_000_000
    pause: Callable[[float], None] = time.sleep
    """Waits between two tries."""


class Release(NamedTuple):
    """One version that a registry offers."""

    package: PackageId
    url: str
    digest: tuple[str, str] | None
    """Algorithm and hexadecimal digest of the archive, where the registry tells one."""


def fetch_package(
    registries: Iterable[str],
    name: str,
    pattern: str,
    folder: Path,
    *,
    limits: FetchLimits,
    progress: Progress = silent,
) -> tuple[PackageId, Path]:
    """Download the newest version of `name` that fits `pattern` into `folder`: the first registry that has it serves.

    Raises PackageNotFound where every registry says that there is none, FetchError where one did not answer well;
    both tell what each registry said.
    """
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    failures: list[FetchError | PackageNotFound] = []
    with httpx.Client(timeout=timeout, follow_redirects=True, headers={"user-agent": "plumbline"}) as client:
        for registry in registries:
            source = _Registry(client, registry.rstrip("/"), limits)
            try:
                return source.fetch(name, pattern, folder, progress)
            except (FetchError, PackageNotFound) as failure:
                failures.append(failure)
    reasons = "; ".join(str(failure) for failure in failures) or "no registry is set"
    only_absent = bool(failures) and all(isinstance(failure, PackageNotFound) for failure in failures)
    raise (PackageNotFound if only_absent else FetchError)(reasons)


class _Transient(FetchError):
    """Worth another try."""


class _Registry(NamedTuple):
    client: httpx.Client
    base: str
    limits: FetchLimits

    def fetch(self, name: str, pattern: str, folder: Path, progress: Progress) -> tuple[PackageId, Path]:
        release = self._retried(partial(self._choose, name, pattern))
        path = folder / "package.tgz"
        self._retried(partial(self._download, release, path, progress))
        return release.package, path

    def _retried(self, work: Callable[[], _Answer]) -> _Answer:
        for attempt in range(self.limits.retries):
            try:
                return work()
            except _Transient:
                self.limits.pause(0.2 * 2**attempt)
        return work()

    def _choose(self, name: str, pattern: str) -> Release:
        versions = self._listing(name).get("versions") or {}
        known = {version: row for version, row in versions.items() if is_version(version) and isinstance(row, dict)}
        version = newest(each for each in known if fits(each, pattern))
        if version is None:
            have = f"it has {', '.join(sorted(known, key=sort_key)[-5:])}" if known else "it has no version"
            raise PackageNotFound(f"{self.base} has no {name}#{pattern} ({have})")
        dist = known[version].get("dist")
        return _release(self.base, PackageId(name, version), dist if isinstance(dist, dict) else {})

    def _listing(self, name: str) -> Mapping[str, Any]:
        body = bytearray()
        with self._get(f"{self.base}/{name}", self.base, name) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST_LISTING:
                    raise FetchError(f"{self.base} gave a listing of more than {_LARGEST_LISTING} bytes")
        try:
            listing = orjson.loads(body)
        except ValueError as error:
            raise FetchError(f"{self.base} gave a listing of {name} that is not JSON") from error
        if not isinstance(listing, dict) or not isinstance(listing.get("versions"), dict | None):
            raise FetchError(f"{self.base} gave a listing of {name} without versions")
        return listing

    def _download(self, release: Release, path: Path, progress: Progress) -> None:
        algorithm, expected = release.digest or ("sha256", "")
        digest, done = hashlib.new(algorithm, usedforsecurity=False), 0
        where, what = release.url, str(release.package)
        with self._get(release.url, where, what, _AS_IT_IS) as response, path.open("wb") as file:
            length = response.headers.get("content-length", "")
            for chunk in response.iter_raw():
                done += len(chunk)
                if done > self.limits.bytes:
                    raise FetchError(f"{release.url} is larger than {self.limits.bytes} bytes")
                file.write(chunk)
                digest.update(chunk)
                progress(f"Downloading {release.package}", done, int(length) if length.isdigit() else None)
        found = digest.hexdigest()
        if expected and found != expected:
            promise = f"its {algorithm} is {found}, expected {expected}"
            raise FetchError(f"{release.url} is not what the registry promised: {promise}")

    @contextmanager
    def _get(
        self, url: str, where: str, what: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        try:
            with self.client.stream("GET", url, headers=headers) as response:
                _check_status(response, where, what)
                yield response
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _failure(where, error) from error


def _release(base: str, package: PackageId, dist: Mapping[str, Any]) -> Release:
    tarball = dist.get("tarball")
    schemes = ("https://", "http://") if base.startswith("http://") else ("https://",)
    is_usable = isinstance(tarball, str) and tarball.startswith(schemes)
    return Release(package, str(tarball) if is_usable else f"{base}/{package.name}/{package.version}", _digest(dist))


def _digest(dist: Mapping[str, Any]) -> tuple[str, str] | None:
    integrity, shasum = dist.get("integrity"), dist.get("shasum")
    if isinstance(integrity, str):
        for each in integrity.split():
            algorithm, _, encoded = each.partition("-")
            if algorithm in _STRONG:
                return algorithm, _hexadecimal(encoded)
    if isinstance(shasum, str) and shasum:
        return "sha1", shasum.lower()
    return None


def _hexadecimal(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).hex()
    except ValueError as error:
        raise FetchError(f"the registry gave a digest that is not base64: {encoded[:100]!r}") from error


def _check_status(response: httpx.Response, where: str, what: str) -> None:
    if response.status_code in (404, 410):
        raise PackageNotFound(f"{where} has no {what}")
    if response.status_code == 429 or response.status_code >= 500:
        raise _Transient(f"{where} answered {response.status_code}")
    if response.status_code != 200:
        raise FetchError(f"{where} answered {response.status_code}")


def _failure(where: str, error: Exception) -> FetchError:
    """A connection that is refused stays refused: only what broke on the way is tried again."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return FetchError(f"{where} cannot be reached ({_reason(error)})")
    kind = _Transient if isinstance(error, httpx.TransportError) else FetchError
    return kind(f"{where} did not answer as it should ({_reason(error)})")


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
