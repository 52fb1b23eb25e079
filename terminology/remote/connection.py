"""One request to the upstream server over HTTP, whatever comes of it (https://hl7.org/fhir/R4/http.html)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import httpx

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.issues import issue
from fhir_kernel.resource import Resource
from terminology.remote.reply import Answered, Refused, Reply, Unanswered, issues_of, told
from terminology.remote.upstream import Upstream

_FHIR_JSON = "application/fhir+json"
_NOT_ADMITTED = frozenset({401, 403, 407})
_BUSY = frozenset({408, 425, 429})


class Connection:
    """Asks `upstream`. Threads may share it; a process that was forked gets connections of its own.

    Redirects are not followed: they would carry the token, and what is asked, to whom nobody has named.
    """

    def __init__(self, upstream: Upstream, now: Callable[[], float]) -> None:
        """`now` gives seconds that never go back."""
        self._upstream, self._bounds, self._now = upstream, upstream.bounds, now
        self._base = upstream.address.rstrip("/")
        self._open: tuple[int, httpx.Client] | None = None
        self._lock = threading.Lock()

    def get(self, path: str, expected: str) -> Reply:
        """Read `path`; `expected` is the type of resource that is an answer."""
        return self._exchange("GET", path, expected, {})

    def post(self, path: str, body: bytes, expected: str, language: str | None = None) -> Reply:
        """Send Parameters to `path`; `language` is an Accept-Language."""
        headers = {"content-type": _FHIR_JSON} | ({"accept-language": language} if language else {})
        return self._exchange("POST", path, expected, headers, body)

    def close(self) -> None:
        """Close what is open; the next question opens it anew."""
        with self._lock:
            opened, self._open = self._open, None
        if opened is not None and opened[0] == os.getpid():
            opened[1].close()

    def _exchange(
        self, method: str, path: str, expected: str, headers: dict[str, str], body: bytes | None = None
    ) -> Reply:
        until = self._now() + self._bounds.timeout
        try:
            with self._client().stream(method, f"{self._base}/{path}", content=body, headers=headers) as response:
                return self._failed(response) or self._read(response, expected, until)
        except httpx.TimeoutException:
            return self._too_slow()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return self._because("unreachable", found=told((), str(error)) or type(error).__name__)

    def _client(self) -> httpx.Client:
        process = os.getpid()
        with self._lock:
            if self._open is None or self._open[0] != process:
                self._open = (process, self._new_client())
            return self._open[1]

    def _new_client(self) -> httpx.Client:
        headers = {"accept": _FHIR_JSON, "accept-encoding": "gzip", "user-agent": self._upstream.user_agent}
        if self._upstream.token is not None:
            headers["authorization"] = f"Bearer {self._upstream.token}"
        timeout = httpx.Timeout(self._bounds.timeout, connect=self._bounds.connect_timeout)
        return httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)

    def _failed(self, response: httpx.Response) -> Unanswered | None:
        """Why the status alone says that there is no answer."""
        status = response.status_code
        if status in _NOT_ADMITTED:
            return self._because("not-admitted", found=status)
        if 300 <= status < 400:
            location = httpx.URL(str(response.url)).join(response.headers.get("location", ""))
            return self._because("redirect", found=told((), location.host) or status)
        if not 200 <= status < 500 or status in _BUSY:
            return self._because("status", found=status)
        return None

    def _read(self, response: httpx.Response, expected: str, until: float) -> Reply:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._bounds.answer_bytes:
                return self._because("too-large", is_down=False, expected=self._bounds.answer_bytes)
            if self._now() > until:
                return self._too_slow()
        return self._understood(bytes(body), expected, response.status_code)

    def _understood(self, body: bytes, expected: str, status: int) -> Reply:
        """The resource; an OperationOutcome in place of another is a refusal, whatever the status."""
        try:
            resource: Resource = parse_json(body, limits=Limits(max_bytes=self._bounds.answer_bytes))
        except (CodecError, LimitExceeded) as error:
            if status >= 400:
                return self._because("status", is_down=False, found=status)
            return self._because("malformed", expected=expected, found=told((), str(error)))
        kind = resource.get("resourceType")
        if kind == expected and status < 300:
            return Answered(resource, len(body))
        if kind == "OperationOutcome" and (issues := issues_of(resource)):
            return Refused(issues, len(body))
        if status >= 400:
            return self._because("status", is_down=False, found=status)
        return self._because("malformed", expected=expected, found=told((), str(kind)[:100]))

    def _too_slow(self) -> Unanswered:
        return self._because("timeout", expected=f"{self._bounds.timeout:g}")

    def _because(self, name: str, *, is_down: bool = True, **params: Any) -> Unanswered:
        return Unanswered(issue(f"terminology.upstream-{name}", "", host=self._upstream.host, **params), is_down)
