"""A client of declared routes, which holds each answer against the shape that its route declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from registry.http.faults import Fault
from registry.http.route import File, Route


class Client:
    """Asks an application that stands at /api."""

    def __init__(self, app: Any, routes: Sequence[Route], address: str = "198.51.100.7") -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False, root_path="/api", client=(address, 4711))
        self._by_operation = {each.operation: each for each in routes}

    async def ask(
        self,
        operation: str,
        body: Any = None,
        *,
        token: str = "",
        query: Mapping[str, Any] | None = None,
        language: str = "en",
        content: bytes | None = None,
        media_type: str = "application/octet-stream",
        **path: str,
    ) -> httpx.Response:
        """What is answered to an operation, whose free names are filled from `path`; `content` is no JSON."""
        route = self._by_operation[operation]
        where = route.path.replace(":path", "").format(**path)
        headers = {"accept-language": language}
        sent: dict[str, Any] = {"json": body}
        if content is not None:
            sent, headers = {"content": content}, {**headers, "content-type": media_type}
        answer = await self.send(route.method, where, params=query, token=token, headers=headers, **sent)
        if answer.is_success:
            assert answer.status_code == route.success
            _hold_against(route, answer)
        else:
            _is_problem(answer)
        return answer

    async def send(
        self, method: str, path: str, *, token: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """What is answered to any request."""
        sent = {**({"authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        async with httpx.AsyncClient(transport=self._transport, base_url="http://registry.example.org") as client:
            return await client.request(method, f"/api/{path}", headers=sent, **more)


def told(answer: httpx.Response) -> str:
    """The status and the sentences of a problem."""
    _is_problem(answer)
    said = [
        f"{each['where']}: {each['sentence']}" if "where" in each else each["sentence"]
        for each in answer.json()["errors"]
    ]
    return f"{answer.status_code} " + "; ".join(said or [answer.json()["detail"]])


def _hold_against(route: Route, answer: httpx.Response) -> None:
    if route.gives is None:
        assert answer.content == b""
    elif isinstance(route.gives, File):
        assert answer.headers["content-type"].partition(";")[0] in route.gives.media_types
    else:
        faults: list[Fault] = []
        route.gives.read(answer.json(), "", faults)
        assert not [f"{each.where}: {each.sentence.en}" for each in faults]


def _is_problem(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == answer.status_code
