"""An upstream server that is played by respx, and what is held here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from terminology.remote.server import RemoteTerminology
from terminology.remote.upstream import Bounds, Upstream

BASE = "https://tx.example.org/r4"
CODES = f"{BASE}/CodeSystem/$validate-code"
MEMBERS = f"{BASE}/ValueSet/$validate-code"
TOKEN = "s3cret-t0ken"
TX_ISSUE_TYPE = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"


class Clock:
    """Seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def remote(clock: Clock | None = None, *, token: str | None = TOKEN, **bounds: Any) -> RemoteTerminology:
    return RemoteTerminology(Upstream(BASE, token, "Plumbline/test", Bounds(**bounds)), clock or Clock())


def parameters(**values: Any) -> dict[str, Any]:
    """Parameters of booleans, texts and resources."""
    rows: list[dict[str, Any]] = []
    for name, value in values.items():
        key = {bool: "valueBoolean", dict: "resource"}.get(type(value), "valueString")
        rows.append({"name": name.replace("_", "-"), key: value})
    return {"resourceType": "Parameters", "parameter": rows}


def outcome(*issues: tuple[str, str, str]) -> dict[str, Any]:
    """An OperationOutcome of (issue type, tx-issue-type, text)."""
    rows = [
        {
            "severity": "error",
            "code": code,
            "details": {"coding": [{"system": TX_ISSUE_TYPE, "code": kind}], "text": text},
        }
        for code, kind, text in issues
    ]
    return {"resourceType": "OperationOutcome", "issue": rows}


def rejected(*issues: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """A "no" with its reasons."""
    return parameters(result=False, message=issues[0][2], issues=outcome(*issues), **more)


def asked(request: httpx.Request) -> dict[str, Any]:
    """The parameters of a request by name."""
    rows = json.loads(request.content)["parameter"]
    return {row["name"]: next(value for key, value in row.items() if key != "name") for row in rows}


def batch_answers(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[httpx.Request], httpx.Response]:
    """Answers `$batch-validate-code` by answering each question."""

    def side_effect(request: httpx.Request) -> httpx.Response:
        validations = [row["resource"] for row in json.loads(request.content)["parameter"]]
        return httpx.Response(200, json=batch([answer(_by_name(each)) for each in validations]))

    return side_effect


def batch(resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    rows = [{"name": "validation", "resource": each} for each in resources]
    return {"resourceType": "Parameters", "parameter": rows}


def capabilities(*operations: str) -> dict[str, Any]:
    rows = [{"name": name, "definition": f"http://example.org/{name}"} for name in operations]
    return {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "operation": rows}]}


def _by_name(resource: dict[str, Any]) -> dict[str, Any]:
    return {row["name"]: next(value for key, value in row.items() if key != "name") for row in resource["parameter"]}
