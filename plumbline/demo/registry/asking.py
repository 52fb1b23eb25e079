"""Asks the registry's API as a person's program does: by operation, as whoever is named (docs/http.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.errors import PlumblineError
from fhir_kernel.issues import Language
from plumbline.demo.served import HOST
from registry.api.assembly import ROUTES as REGISTRY
from registry.evaluation.routes import ROUTES as EVALUATION
from registry.http.route import Route
from registry.people.routes import ROUTES as PEOPLE
from registry.publication.routes import ROUTES as PUBLICATION
from registry.scores.appeals.routes import ROUTES as APPEALS
from registry.scores.certificates.routes import ROUTES as CERTIFICATES
from registry.scores.exports.routes import ROUTES as EXPORTS
from registry.scores.inputs.routes import CHECKS, DECIDING, DECLARATIONS, VOLUMES
from registry.scores.practice.routes import ROUTES as PRACTICE
from registry.scores.running.routes import ROUTES as SCORES

_SCORES = (DECIDING, VOLUMES, DECLARATIONS, CHECKS, SCORES, APPEALS, EXPORTS, CERTIFICATES, PRACTICE)
_TABLES = (PEOPLE, REGISTRY, PUBLICATION, EVALUATION, *_SCORES)
OPERATIONS: Mapping[str, Route] = {each.operation: each for table in _TABLES for each in table}
_SECONDS = 60
_JSON, _BYTES = "application/json", "application/octet-stream"


class Unexpected(PlumblineError):
    """The registry answered otherwise than the story goes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content: bytes
    media_type: str

    @property
    def is_success(self) -> bool:
        """Whether it was done."""
        return self.status < 300

    @property
    def value(self) -> Any:
        """The JSON of it, else the bytes."""
        return json.loads(self.content) if self.media_type == _JSON else self.content

    @property
    def sentences(self) -> str:
        """Why it was refused."""
        problem = json.loads(self.content)
        return "; ".join(each["sentence"] for each in problem["errors"]) or str(problem["detail"])


class Asking:
    """The sessions of some people with the registry at `port`; '' is the public."""

    def __init__(self, port: int, language: Language = "en") -> None:
        self.port, self._language = port, language
        self._tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        """Those of people, by their login names."""

    def log_in(self, login: str, password: str) -> None:
        """Begin a session. Raises Unexpected."""
        session = self.done("logIn", {"login": login, "password": password})
        self._tokens[login], self.ids[login] = session["token"], session["person"]["id"]

    def authorization(self, login: str) -> str:
        """The header by which a person is known."""
        return f"Bearer {self._tokens[login]}"

    def ask(
        self,
        operation: str,
        body: Any = None,
        by: str = "",
        *,
        query: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        **path: Any,
    ) -> Answer:
        """What is answered to an operation, whose free names are filled from `path`; `content` is no JSON."""
        route = OPERATIONS[operation]
        where = route.path.replace(":path", "").format(**{name: quote(str(each)) for name, each in path.items()})
        sent = content if body is None else write_json(body)
        headers = {"Accept-Language": self._language, "Content-Type": _BYTES if body is None else _JSON}
        if sent is None:
            del headers["Content-Type"]
        if by:
            headers["Authorization"] = self.authorization(by)
        return self.send(route.method, f"/api/{where}?{urlencode(query or {})}", sent, headers)

    def send(self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> Answer:
        """What is answered to any request."""
        with closing(HTTPConnection(HOST, self.port, timeout=_SECONDS)) as connection:
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            media_type = (answer.getheader("Content-Type") or "").partition(";")[0]
            return Answer(answer.status, answer.read(), media_type)

    def done(self, operation: str, body: Any = None, by: str = "", **more: Any) -> Any:
        """What comes of an operation. Raises Unexpected where it is refused."""
        answer = self.ask(operation, body, by, **more)
        if not answer.is_success:
            raise Unexpected(f"{operation} by '{by}' was refused: {answer.status} {answer.sentences}")
        return answer.value

    def refused(self, operation: str, body: Any = None, by: str = "", **more: Any) -> str:
        """The status and the sentences of a refusal. Raises Unexpected where there is none."""
        answer = self.ask(operation, body, by, **more)
        if answer.is_success:
            raise Unexpected(f"{operation} by '{by}' was to be refused and was done")
        return f"{answer.status} {answer.sentences}"
