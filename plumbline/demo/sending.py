"""What an institution's system does: asks for a token, sends its records and reads the answers.

https://www.rfc-editor.org/rfc/rfc6749#section-4.4, https://hl7.org/fhir/R4/http.html#ops
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Literal

from conformance.judgement import ACCEPTANCE
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.errors import PlumblineError
from fhir_kernel.issues import Language
from fhir_kernel.resource import Resource
from plumbline.demo.served import HOST

Verdict = Literal["accepted", "warned", "refused"]
JSON = "application/fhir+json"
_SECONDS = 20
_INDEX = re.compile(r"\[\d+\]")
_ERRORS = ("error", "fatal")


class NoToken(PlumblineError):
    """The server gave no token; the message has its answer."""


class Unanswered(PlumblineError):
    """The server did not take a batch up; the message has its answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; `target` is the path below the server's FHIR address."""

    method: str
    target: str
    body: bytes
    media_type: str = JSON

    @property
    def type(self) -> str:
        """The type of resource that it writes."""
        return self.target.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record was refused: the first error. `kind` is the same for all that break the same rule."""

    kind: tuple[str, str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a record; `reason` is there where it was refused."""

    verdict: Verdict
    reason: Reason | None = None


class Sender:
    """A client of the server at `port`, with a token for its secret. Raises NoToken, OSError."""

    def __init__(self, connection: HTTPConnection, client: str, secret: str, language: Language) -> None:
        self._connection, self._language = connection, language
        given = base64.b64encode(f"{client}:{secret}".encode()).decode()
        form = {"Authorization": f"Basic {given}", "Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._ask("POST", "/auth/token", b"grant_type=client_credentials", form)
        if status != 200:
            raise NoToken(f"{client} got no token: {status}, {answer.get('error')}")
        self._headers = {"Authorization": f"Bearer {answer['access_token']}", "Accept": JSON}

    def send(self, record: Sent) -> Answered:
        """Write a record."""
        headers = {**self._headers, "Content-Type": record.media_type}
        status, answer = self._ask(record.method, f"/fhir/{record.target}", record.body, headers)
        if status in (200, 201):
            return Answered("warned" if _is_tagged(answer) else "accepted")
        return Answered("refused", self._reason(record, answer, headers))

    def send_batch(self, records: Sequence[Resource]) -> Sequence[bool]:
        """Write records by their ids, each for itself, and say of each whether it was accepted. Raises Unanswered."""
        entries = [{"resource": each, "request": {"method": "PUT", "url": _place(each)}} for each in records]
        body = write_json({"resourceType": "Bundle", "type": "batch", "entry": entries})
        headers = {**self._headers, "Content-Type": JSON, "Prefer": "return=minimal"}
        status, answer = self._ask("POST", "/fhir", body, headers)
        if status != 200:
            raise Unanswered(f"a batch of {len(records)} records was answered by {status}: {answer}")
        return [each["response"]["status"].startswith("2") for each in answer["entry"]]

    def _reason(self, record: Sent, answer: Mapping[str, Any], headers: Mapping[str, str]) -> Reason:
        """A write answers in English; the same judge tells it in another language when it is asked by `$validate`."""
        if self._language != "en":
            headers = {**headers, "Accept-Language": self._language}
            _, told = self._ask("POST", f"/fhir/{record.type}/$validate", record.body, headers)
            answer = told if told.get("issue") else answer
        first = next((each for each in answer["issue"] if each["severity"] in _ERRORS), answer["issue"][0])
        return _understood(first)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        self._connection.request(method, path, body, dict(headers))
        with self._connection.getresponse() as response:
            return response.status, json.loads(response.read())


def send_all(
    port: int, client: str, secret: str, records: Iterable[Sent], language: Language = "en"
) -> Iterator[Answered]:
    """What became of each record. Raises NoToken, OSError."""
    with closing(HTTPConnection(HOST, port, timeout=_SECONDS)) as connection:
        sender = Sender(connection, client, secret, language)
        for each in records:
            yield sender.send(each)


def _place(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _is_tagged(resource: Mapping[str, Any]) -> bool:
    return any(each.get("system") == ACCEPTANCE for each in resource.get("meta", {}).get("tag", ()))


def _understood(issue: Mapping[str, Any]) -> Reason:
    details = issue["details"]
    place = issue.get("expression", [""])[0]
    code = details.get("coding", [{}])[0].get("code", issue["code"])
    text = f"{place}: {details['text']}" if place else str(details["text"])
    return Reason((code, _INDEX.sub("", place), issue.get("diagnostics", "")), text)
