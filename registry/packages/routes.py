"""The API by which FHIR's tools find and install packages, for use at /packages and for trial at /preview/packages.

Below /packages there are releases alone, because some tools take the highest version whatever it is; below
/preview/packages there are pre-releases too, and the releases on which they depend.
https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.base import Store
from registry.packages import answers
from registry.packages.addresses import canonicals, hides_a_slash, origin
from registry.packages.catalogue import find, search_of
from registry.packages.held import FeedOnce, Held
from registry.packages.history import history
from registry.packages.listing import package_json, summary_json, version_json
from registry.packages.naming import is_name, is_prerelease, is_version
from registry.packages.release import Release
from registry.packages.shelf import find_artefact, names_with_canonical, release, releases
from registry.refusal import Refused
from registry.sentence import Sentence

PACKAGES, PREVIEW, FEED = "/packages", "/preview/packages", "/package-feed.xml"

Endpoint = Callable[[Request], Awaitable[Response]]
Ready = Callable[[], Awaitable[None]]

_UNKNOWN = Sentence("there is no such package, version or artefact here", "此处没有该软件包、版本或制品")
_LATER = Sentence("the store does not answer; try again later", "存储暂无响应，请稍后再试")


async def _at_once() -> None:
    """Nothing has to be waited for."""


def package_routes(store: Callable[[], Store], public_address: str = "", *, ready: Ready = _at_once) -> list[Route]:
    """The routes of both shelves and of the feed; `public_address` is the server's, where it is set.

    `ready` is awaited before each answer: what fills the shelves first.
    """
    held = Held(store)
    shelves = (
        _Shelf(held, public_address, ready, PACKAGES, FeedOnce(held)),
        _Shelf(held, public_address, ready, PREVIEW),
    )
    return [route for shelf in shelves for route in shelf.routes()]


def canonical_routes(store: Callable[[], Store], public_address: str = "") -> list[Route]:
    """Histories and artefacts at their canonical addresses; to be tried after every other route."""
    at = _Canonical(store, public_address)
    return [
        Route("/{path:path}/package-list.json", _guarded(at.history)),
        Route("/{path:path}", _guarded(at.artefact)),
    ]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One of the two bases; that with releases alone has their feed."""

    held: Held
    public_address: str
    ready: Ready
    base: str
    feeds: FeedOnce | None = None

    @property
    def has_previews(self) -> bool:
        return self.feeds is None

    def routes(self) -> list[Route]:
        """In the order in which they are to be tried."""
        table: Sequence[tuple[str, Endpoint]] = (
            ("/catalog", self.catalogue),
            ("/{name}", self.package),
            ("/{name}/{version}", self.version),
            ("/{name}/-/{file}", self.archive),
            ("/{name}/{version}/package.tgz", self.archive_of_history),
        )
        made = [Route(self.base + path, _guarded(self._filled(endpoint))) for path, endpoint in table]
        return made if self.feeds is None else [Route(FEED, _guarded(partial(self.feed, self.feeds))), *made]

    def _filled(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            await self.ready()
            return await endpoint(request)

        return answer

    async def catalogue(self, request: Request) -> Response:
        """What meets the parameters: always an array."""
        search = search_of(request.query_params, prerelease=self.has_previews)
        found, address = await find(self.held, search), self._address(request)
        return answers.json(request, await asyncio.to_thread(lambda: [summary_json(address, each) for each in found]))

    async def package(self, request: Request) -> Response:
        """A package with its versions."""
        name = request.path_params["name"]
        found = [each for each in await releases(self.held.store, name) if self._has(each)] if is_name(name) else []
        return answers.json(request, package_json(self._address(request), found)) if found else _not_here(request)

    async def version(self, request: Request) -> Response:
        """The archive, or the JSON of the version where a client asks for that and for nothing else."""
        found = await self._find(request.path_params["name"], request.path_params["version"])
        if found is None:
            return _not_here(request)
        if _wants_json(request.headers.get("accept", "")):
            return answers.json(request, version_json(self._address(request), found), vary="Accept")
        return answers.archive(request, self.held.store, found, vary="Accept")

    async def archive(self, request: Request) -> Response:
        """The archive under the name that its version has as a file."""
        name, file = request.path_params["name"], request.path_params["file"]
        version = file.removeprefix(f"{name}-").removesuffix(".tgz")
        return await self._archive(request, name, version if file == f"{name}-{version}.tgz" else "")

    async def archive_of_history(self, request: Request) -> Response:
        """The archive below the path that package-list.json tells."""
        return await self._archive(request, request.path_params["name"], request.path_params["version"])

    async def feed(self, feeds: FeedOnce, request: Request) -> Response:
        """What was published."""
        address = origin(request, self.public_address) + FEED
        return answers.data(request, await feeds.at(address, self._address(request)), answers.RSS)

    async def _archive(self, request: Request, name: str, version: str) -> Response:
        found = await self._find(name, version)
        return _not_here(request) if found is None else answers.archive(request, self.held.store, found)

    async def _find(self, name: str, version: str) -> Release | None:
        may_be = is_name(name) and is_version(version) and (self.has_previews or not is_prerelease(version))
        return await release(self.held.store, name, version) if may_be else None

    def _has(self, release: Release) -> bool:
        return self.has_previews or not release.is_prerelease

    def _address(self, request: Request) -> str:
        return origin(request, self.public_address) + self.base


@dataclass(frozen=True, slots=True)
class _Canonical:
    """What lies at canonical addresses."""

    store: Callable[[], Store]
    public_address: str

    async def history(self, request: Request) -> Response:
        """The releases of the package whose canonical address this is."""
        for canonical in canonicals(request, self.public_address, request.path_params["path"]):
            for name in await names_with_canonical(self.store(), canonical):
                found = [each for each in await releases(self.store(), name) if not each.is_prerelease]
                if found and not found[-1].is_mirrored:
                    return answers.json(request, history(origin(request, self.public_address) + PACKAGES, found))
        return _not_here(request)

    async def artefact(self, request: Request) -> Response:
        """The artefact whose canonical address this is, in the newest release; `|version` or `?version=` names one."""
        path, _, version = request.path_params["path"].partition("|")
        wanted = version or request.query_params.get("version")
        for canonical in canonicals(request, self.public_address, path):
            found = await find_artefact(self.store(), canonical, wanted)
            content = None if found is None else await self.store().kept(found.digest)
            if content is not None:
                return answers.data(request, content, answers.FHIR)
        return _not_here(request)


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Refusals become answers; a path that is not what it looks like finds nothing."""

    async def answer(request: Request) -> Response:
        if hides_a_slash(request):
            return _not_here(request)
        try:
            return await endpoint(request)
        except Refused as error:
            return answers.refused(request, 400, *error.sentences)
        except StoreUnavailable:
            return answers.refused(request, 503, _LATER)

    return answer


def _not_here(request: Request) -> Response:
    return answers.refused(request, 404, _UNKNOWN)


def _wants_json(accept: str) -> bool:
    """npm and FHIR's tools ask for archives with `*/*` among others, or without a word."""
    return answers.JSON in accept and "*/*" not in accept
