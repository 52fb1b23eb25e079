"""An ASGI application of declared routes: who asks, whether they may, what they sent, and problems for refusals.

Nobody is known by a cookie, only by the header Authorization, so that no page of others can ask in somebody's name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Place

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.errors import LimitExceeded, StoreError
from fhir_server.language import LANGUAGE, language_of
from registry.http.openapi import OPENAPI_TYPE, document
from registry.http.receiving import body_of, path_of, query_of
from registry.http.route import Answer, Call, Route
from registry.people.caller import Caller
from registry.people.limits import Limiter
from registry.problem import MEDIA_TYPE, Problem, Unfit, problem_of, problem_of_fault, problem_of_store
from registry.refusal import Refused, refused
from registry.sentence import Sentence

CallerOf = Callable[[Request], Awaitable[Caller]]
"""Says who sends a request. Raises Refused, StoreError."""
Endpoint = Callable[[Request], Awaitable[Response]]
DESCRIPTION = "openapi.json"


def build_api(
    routes: Sequence[Route], caller_of: CallerOf, limiter: Limiter, *, title: str, version: str, address: str = ""
) -> Starlette:
    """The application; it is to be called with the path where it stands as `root_path`.

    `address` is where clients reach the server; empty: the address that each request names.
    """
    described = write_json(document(routes, title, version))

    async def describe(_request: Request) -> Response:
        return Response(described, media_type=OPENAPI_TYPE)

    here: dict[str, dict[str, Endpoint]] = {f"/{DESCRIPTION}": {"GET": describe}}
    for each in routes:
        here.setdefault(f"/{each.path}", {})[each.method] = _endpoint(each, caller_of, limiter, address)
    places = [Place(path, _by_method(here[path]), methods=list(here[path])) for path in sorted(here, key=_fixed_first)]
    return Starlette(routes=places, exception_handlers={HTTPException: _not_here, Exception: _failed})


def told(problem: Problem) -> Response:
    """The answer that tells a problem."""
    return Response(write_json(dict(problem.document)), problem.status, dict(problem.headers), MEDIA_TYPE)


def _fixed_first(path: str) -> list[tuple[int, str]]:
    """Orders paths so that `people/me` is found before `people/{id}`, and what takes any path last."""
    return [(part.startswith("{") + part.endswith(":path}"), part) for part in path.split("/")]


def _by_method(endpoints: Mapping[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _endpoint(route: Route, caller_of: CallerOf, limiter: Limiter, address: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        language = language_of(request.headers)
        LANGUAGE.set(language)
        try:
            caller = await caller_of(request)
            _let_in(route, caller, limiter)
            body, media_type = await body_of(route, request)
            query, path = query_of(route.query, request.query_params.multi_items()), path_of(request.path_params)
            here = address or f"{request.url.scheme}://{request.headers.get('host', '')}"
            call = Call(caller, path, query, body, media_type, language, here)
            return _written(route, await route.handler(call))
        except Refused as error:
            return told(problem_of(error, language))
        except StoreError as error:
            return told(problem_of_store(error, language))
        except LimitExceeded as error:
            return told(problem_of(refused("too-large", str(error), f"超出限制：{error}"), language))

    return endpoint


def _let_in(route: Route, caller: Caller, limiter: Limiter) -> None:
    if caller.person is None or route.rate == "login":
        limiter.count(route.rate, caller.address)
    if route.access == "person":
        caller.known()
    elif route.access == "administrator":
        caller.require_administrator()


def _written(route: Route, answer: Answer) -> Response:
    headers = dict(answer.headers)
    if answer.content is not None:
        return Response(answer.content, route.success, headers, answer.media_type)
    if route.gives is None:
        return Response(None, route.success, headers)
    return Response(write_json(answer.body), route.success, headers, answer.media_type)


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path, method, headers = request.url.path, request.method, dict(error.headers or {})
    said = Sentence(f"there is nothing at {path}", f"{path} 处没有内容")
    if error.status_code == 405:
        allowed = headers.get("Allow", "")
        said = Sentence(
            f"{method} is not possible at {path}; possible: {allowed}", f"{path} 不支持 {method}，可用：{allowed}"
        )
    refused = Unfit("invalid" if error.status_code == 405 else "missing", said, error.status_code, headers)
    return told(problem_of(refused, language_of(request.headers)))


async def _failed(request: Request, _error: Exception) -> Response:
    """It goes on to whoever called, too, who writes it down."""
    return told(problem_of_fault(language_of(request.headers)))
