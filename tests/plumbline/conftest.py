from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from plumbline.__main__ import main
from plumbline.demo import package_folder, records_folder


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def plumbline(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command as the shell would, within this process."""

    def run(*words: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["plumbline", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        status = ended.value.code
        return Outcome(status if isinstance(status, int) else 0, out, err)

    return run


@pytest.fixture
def patient() -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">王芳</div>'},
        "name": [{"text": "王芳", "family": "王", "given": ["芳"]}],
        "gender": "female",
        "birthDate": "1985-03-12",
    }


@pytest.fixture
def faulty(patient: dict[str, Any]) -> dict[str, Any]:
    return {**patient, "gender": "M"}


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, Any], Path]:
    """Writes a file below the test's folder: bytes as they are, resources as JSON with line breaks."""

    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=2).encode())
        return path

    return write


@pytest.fixture
def records() -> Path:
    return records_folder()


@pytest.fixture
def demo_package() -> Path:
    return package_folder()
