"""Registries: npm's protocol, digests, failures and their reasons."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from fhir_kernel.errors import FetchError, PackageNotFound
from fhir_kernel.packages.fetch import FetchLimits, fetch_package
from fhir_kernel.packages.manifest import PackageId

from .conftest import package_bytes

_FIRST, _SECOND = "https://first.example.org", "https://second.example.org/packages"
_DATA = package_bytes()
_SHA1 = hashlib.sha1(_DATA).hexdigest()
_SHA512 = "sha512-" + base64.b64encode(hashlib.sha512(_DATA).digest()).decode()
_LIMITS = FetchLimits(connect=1, read=1, retries=2, pause=lambda _: None)


def _listing(*versions: str, **dist: Any) -> httpx.Response:
    rows = {version: {"name": "example.package", "version": version, "dist": dist} for version in versions}
    return httpx.Response(200, json={"name": "example.package", "versions": rows})


def _fetch(
    tmp_path: Path, pattern: str = "1.0.0", registries: tuple[str, ...] = (_FIRST,), limits: FetchLimits = _LIMITS
) -> tuple[PackageId, bytes]:
    package, path = fetch_package(registries, "example.package", pattern, tmp_path, limits=limits)
    return package, path.read_bytes()


@respx.mock
def test_a_package_comes_from_the_registry(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0", shasum=_SHA1))
    respx.get(f"{_FIRST}/example.package/1.0.0").respond(200, content=_DATA)
    assert _fetch(tmp_path) == (PackageId("example.package", "1.0.0"), _DATA)


@respx.mock
def test_the_tarball_that_the_registry_names_is_taken(tmp_path: Path) -> None:
    tarball = "https://files.example.org/a.tgz"
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0", tarball=tarball, integrity=_SHA512))
    route = respx.get(tarball).respond(200, content=_DATA)
    assert _fetch(tmp_path)[1] == _DATA
    assert route.called


@respx.mock
@pytest.mark.parametrize("tarball", ["http://files.example.org/a.tgz", "file:///etc/passwd", "", 5])
def test_a_tarball_is_not_taken_over_a_weaker_connection(tmp_path: Path, tarball: object) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0", tarball=tarball))
    respx.get(f"{_FIRST}/example.package/1.0.0").respond(200, content=_DATA)
    assert _fetch(tmp_path)[1] == _DATA


@respx.mock
@pytest.mark.parametrize(
    "dist", [{"shasum": "0" * 40}, {"integrity": "sha512-AAAA"}, {"shasum": _SHA1, "integrity": "sha512-AAAA"}]
)
def test_a_wrong_digest_is_refused(tmp_path: Path, dist: dict[str, str]) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0", **dist))
    respx.get(f"{_FIRST}/example.package/1.0.0").respond(200, content=_DATA)
    with pytest.raises(FetchError, match="is not what the registry promised: its sha"):
        _fetch(tmp_path)


@respx.mock
def test_a_digest_that_is_no_digest_is_refused(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0", integrity="sha512-%%"))
    with pytest.raises(FetchError, match="not base64"):
        _fetch(tmp_path)


@respx.mock
def test_the_second_registry_serves_where_the_first_cannot(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(side_effect=httpx.ConnectError("refused"))
    respx.get(f"{_SECOND}/example.package").mock(return_value=_listing("1.0.0"))
    respx.get(f"{_SECOND}/example.package/1.0.0").respond(200, content=_DATA)
    assert _fetch(tmp_path, registries=(_FIRST, _SECOND))[1] == _DATA


@respx.mock
def test_every_registry_gives_its_reason(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(side_effect=httpx.ConnectTimeout("timed out"))
    respx.get(f"{_SECOND}/example.package").respond(403)
    with pytest.raises(FetchError) as caught:
        _fetch(tmp_path, registries=(_FIRST, _SECOND))
    assert str(caught.value) == f"{_FIRST} cannot be reached (timed out); {_SECOND} answered 403"


@respx.mock
def test_a_refused_connection_is_not_tried_again(tmp_path: Path) -> None:
    route = respx.get(f"{_FIRST}/example.package").mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(FetchError):
        _fetch(tmp_path)
    assert route.call_count == 1


@respx.mock
def test_a_broken_answer_is_tried_again(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(
        side_effect=[httpx.Response(503), httpx.ReadTimeout("slow"), _listing("1.0.0", shasum=_SHA1)]
    )
    respx.get(f"{_FIRST}/example.package/1.0.0").mock(
        side_effect=[httpx.RemoteProtocolError("cut"), httpx.Response(200, content=_DATA)]
    )
    assert _fetch(tmp_path)[1] == _DATA


@respx.mock
def test_no_registry_has_it(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").respond(404)
    respx.get(f"{_SECOND}/example.package").mock(return_value=_listing("0.9.0", "0.10.0"))
    with pytest.raises(PackageNotFound, match=r"it has 0\.9\.0, 0\.10\.0"):
        _fetch(tmp_path, registries=(_FIRST, _SECOND))


@respx.mock
def test_a_floating_version_takes_the_newest_that_fits(tmp_path: Path) -> None:
    listing = _listing("1.0.0", "1.0.9", "1.0.10", "1.1.0-ballot", "2.0.0")
    respx.get(f"{_FIRST}/example.package").mock(return_value=listing)
    respx.get(f"{_FIRST}/example.package/1.0.10").respond(200, content=_DATA)
    assert _fetch(tmp_path, "1.0.x")[0].version == "1.0.10"


@respx.mock
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"versions": []}),
        httpx.Response(301, headers={"location": f"{_FIRST}/example.package"}),
    ],
)
def test_an_answer_that_is_no_listing_is_refused(tmp_path: Path, answer: httpx.Response) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=answer)
    with pytest.raises(FetchError, match=_FIRST):
        _fetch(tmp_path)


@respx.mock
def test_a_version_that_would_be_a_path_is_not_seen(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("../../evil"))
    with pytest.raises(PackageNotFound, match="it has no version"):
        _fetch(tmp_path, "*")


@respx.mock
def test_a_download_without_end_is_stopped(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0"))
    respx.get(f"{_FIRST}/example.package/1.0.0").respond(200, content=bytes(5000))
    with pytest.raises(FetchError, match="larger than 1000 bytes"):
        _fetch(tmp_path, limits=FetchLimits(bytes=1000))


@respx.mock
def test_progress_tells_bytes_and_total(tmp_path: Path) -> None:
    respx.get(f"{_FIRST}/example.package").mock(return_value=_listing("1.0.0"))
    respx.get(f"{_FIRST}/example.package/1.0.0").respond(200, content=_DATA)
    seen: list[tuple[str, int, int | None]] = []
    fetch_package(
        [_FIRST], "example.package", "1.0.0", tmp_path, limits=_LIMITS, progress=lambda *state: seen.append(state)
    )
    assert seen[-1] == ("Downloading example.package#1.0.0", len(_DATA), len(_DATA))
