"""fhir-kit-client, which is JavaScript, spoken to from Python: `fhir_kit_client.js` does with it what it is asked."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "javascript"


@dataclass
class Refused(Exception):
    """What the client throws where the server refuses."""

    status: int
    outcome: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Came:
    """What the client gave: a resource, None where there was nothing to ask for, and what came with it."""

    resource: Any
    status: int | None
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class FhirKit:
    """One client in a process of its own; it ends when nothing is left to be asked."""

    process: subprocess.Popen[str]

    def ask(self, method: str, /, *given: Any, **named: Any) -> Came:
        """What a method of the client gives; what is named goes in one object. Raises Refused."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([method, *given, named]) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        if "refused" in told:
            raise Refused(told["status"], told["refused"])
        return Came(told["came"], told["status"], told["headers"])


def what_is_missing() -> str:
    """Why the client cannot be run here; empty where it can."""
    if shutil.which("node") is None:
        return "fhir-kit-client needs node, which is not on PATH"
    if not (_FOLDER / "node_modules" / "fhir-kit-client").is_dir():
        return "fhir-kit-client is not installed: `make javascript` does it"
    return ""


@contextmanager
def fhir_kit(address: str) -> Iterator[FhirKit]:
    """A client of the server at an address."""
    command = ["node", "fhir_kit_client.js", address]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_FOLDER, text=True, encoding="utf-8", stdin=pipe, stdout=pipe) as process:
        yield FhirKit(process)
        process.communicate()
