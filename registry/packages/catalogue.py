"""Finding packages: `catalog?op=find` with its parameters, all of which must be met; each package's newest version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fhir_kernel.store.base import Store
from registry.packages.held import Held
from registry.packages.naming import is_prerelease
from registry.packages.release import Release
from registry.packages.shelf import holders, release
from registry.refusal import Refused
from registry.sentence import Sentence

_BOOLEAN = {"": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; an empty text asks for nothing."""

    name: str = ""
    """Part of the name."""
    canonical: str = ""
    """Of an artefact in the package, with or without `|version`."""
    pkgcanonical: str = ""
    """Of the package; a percent sign at the end stands for anything that follows."""
    fhirversion: str = ""
    """`4.0.1`, `4.0` or `R4`."""
    dependency: str = ""
    """A package on which it depends, with or without `|version`."""
    prerelease: bool = False
    """Whether versions for trial count."""


def search_of(query: Mapping[str, str], *, prerelease: bool) -> Search:
    """What a request asks for; `prerelease` where it does not say. Raises Refused for what is not understood."""
    known = {"op", "prerelease", *_TESTS, "canonical"}
    wrong = [_unknown(name, known) for name in query if name not in known]
    if query.get("op", "find") != "find":
        wrong.append(_not_one_of("op", query["op"], "find"))
    wanted = query.get("prerelease", "").lower()
    if wanted not in _BOOLEAN:
        wrong.append(_not_one_of("prerelease", wanted, "true, false"))
    if wrong:
        raise Refused("invalid", tuple(wrong))
    texts = {name: query[name].strip() for name in (*_TESTS, "canonical") if name in query}
    says = _BOOLEAN[wanted]
    return Search(**texts, prerelease=prerelease and says is not False)


async def find(held: Held, search: Search) -> Sequence[Release]:
    """The newest version of each package that meets the search, by name."""
    found = await (_with_artefact(held.store, search) if search.canonical else _newest(held, search))
    asked = [(test, value) for name, test in _TESTS.items() if (value := getattr(search, name))]
    return [each for each in found if all(test(each, value) for test, value in asked)]


async def _newest(held: Held, search: Search) -> Sequence[Release]:
    of_each = [each.any if search.prerelease else each.release for each in await held.newest()]
    return [each for each in of_each if each is not None]


async def _with_artefact(store: Store, search: Search) -> Sequence[Release]:
    url, _, version = search.canonical.partition("|")
    placed = await holders(store, url, version or None)
    wanted = (each for each in placed if search.prerelease or not is_prerelease(each.package_version))
    newest = {each.package: each.package_version for each in wanted}
    found = [await release(store, name, of) for name, of in sorted(newest.items())]
    return [each for each in found if each is not None]


def _is_called(release: Release, name: str) -> bool:
    return name.lower() in release.name


def _has_canonical(release: Release, canonical: str) -> bool:
    if canonical.endswith("%"):
        return release.facts.canonical.startswith(canonical[:-1])
    return release.facts.canonical == canonical.rstrip("/")


def _has_version(release: Release, version: str) -> bool:
    number = version.upper().removeprefix("R")
    return any(each == number or each.startswith(f"{number}.") for each in release.facts.fhir_versions)


def _depends(release: Release, dependency: str) -> bool:
    name, _, version = dependency.replace("#", "|").partition("|")
    wanted = release.facts.dependencies.get(name)
    return wanted is not None and version in ("", wanted)


_TESTS: Mapping[str, Callable[[Release, str], bool]] = {
    "name": _is_called,
    "pkgcanonical": _has_canonical,
    "fhirversion": _has_version,
    "dependency": _depends,
}


def _unknown(name: str, known: set[str]) -> Sentence:
    listed = ", ".join(sorted(known))
    return Sentence(
        f"the catalogue has no parameter {name[:40]!r}; it has {listed}",
        f"目录没有参数 {name[:40]!r}；可用的参数：{listed}",
    )


def _not_one_of(name: str, value: str, known: str) -> Sentence:
    return Sentence(f"{name} is {value[:40]!r}; expected {known}", f"{name} 的值为 {value[:40]!r}；应为 {known}")
