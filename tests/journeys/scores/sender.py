"""The system of an institution: a token, and transactions over one connection."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from typing import Any, NamedTuple

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from plumbline.demo.served import HOST

JSON = "application/fhir+json"


class Answer(NamedTuple):
    """What the server said."""

    status: int
    body: Mapping[str, Any]


class Sender:
    """Sends for the institution `name`."""

    def __init__(self, port: int, client: str, secret: str, name: str) -> None:
        self.name, self._connection = name, HTTPConnection(HOST, port, timeout=60)
        given = base64.b64encode(f"{client}:{secret}".encode()).decode()
        form = {"Authorization": f"Basic {given}", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._ask("POST", "/auth/token", b"grant_type=client_credentials", form)
        assert answer.status == 200, answer
        token = answer.body["access_token"]
        self._headers = {"Authorization": f"Bearer {token}", "Accept": JSON, "Content-Type": JSON}

    def transact(self, records: Sequence[Resource], method: str = "PUT", kind: str = "transaction") -> Answer:
        """All of them in one Bundle, by their ids or (POST) as new ones."""
        entries = [{"resource": each, "request": {"method": method, "url": _place(each, method)}} for each in records]
        return self.ask("POST", "", {"resourceType": "Bundle", "type": kind, "entry": entries})

    def sent(self, records: Sequence[Resource], method: str = "PUT") -> None:
        """The same, which must be taken."""
        if records:
            answer = self.transact(records, method)
            assert answer.status == 200, json.dumps(answer.body, ensure_ascii=False)[:2000]

    def put(self, record: Resource) -> Answer:
        """One record by its id."""
        return self.ask("PUT", f"/{_place(record, 'PUT')}", record)

    def delete(self, record: Resource) -> Answer:
        """One record, by its id."""
        return self.ask("DELETE", f"/{_place(record, 'PUT')}")

    def ask(self, method: str, path: str, body: Resource | None = None) -> Answer:
        """Any request below the FHIR address."""
        return self._ask(method, f"/fhir{path}", b"" if body is None else write_json(body), self._headers)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self._connection.request(method, path, body, dict(headers))
        with self._connection.getresponse() as response:
            content = response.read()
            return Answer(response.status, json.loads(content) if content else {})


def _place(resource: Resource, method: str) -> str:
    kind: str = resource["resourceType"]
    return f"{kind}/{resource['id']}" if method == "PUT" else kind
