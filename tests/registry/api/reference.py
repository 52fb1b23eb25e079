"""Writes the tables of routes in docs/registry-api.md: `python -m tests.registry.api.reference`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from registry.api.assembly import ROUTES as REGISTRY
from registry.evaluation.routes import ROUTES as EVALUATION
from registry.http.route import File, Route, Upload
from registry.people.routes import ROUTES as PEOPLE
from registry.publication.routes import ROUTES as PUBLICATION
from registry.scores.appeals.routes import ROUTES as APPEALS
from registry.scores.certificates.routes import ROUTES as CERTIFICATES
from registry.scores.exports.routes import ROUTES as EXPORTS
from registry.scores.inputs.routes import ROUTES as INPUTS
from registry.scores.practice.routes import ROUTES as PRACTICE
from registry.scores.running.routes import ROUTES as SCORES

PAGE = Path(__file__).parents[3] / "docs" / "registry-api.md"
TABLES: dict[str, Sequence[Route]] = {
    "people": PEOPLE,
    "registry": REGISTRY,
    "publication": PUBLICATION,
    "evaluation": EVALUATION,
    "score inputs": INPUTS,
    "scores": SCORES,
    "score exports": EXPORTS,
    "appeals": APPEALS,
    "certificates": CERTIFICATES,
    "practice": PRACTICE,
}
BEGIN, END = "<!-- routes: written by tests/registry/api/reference.py -->", "<!-- end of routes -->"
_WHO = {"everybody": "everybody", "person": "logged in", "administrator": "administrator"}


def written(page: str) -> str:
    """The page with the tables as they have to be."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{tables()}{END}{rest.partition(END)[2]}"


def tables() -> str:
    """One table for each group of routes."""
    routes = sorted((each for table in TABLES.values() for each in table), key=lambda each: each.group)
    return "".join(_table(group, list(each)) for group, each in groupby(routes, key=lambda each: each.group))


def _table(group: str, routes: Sequence[Route]) -> str:
    lines = "\n".join(_line(each) for each in routes)
    return f"\n### {group}\n\n| request | operation | does | who may ask |\n|---|---|---|---|\n{lines}\n\n"


def _line(route: Route) -> str:
    query = ("?" + "&".join(f"{each}=" for each in route.query)) if route.query else ""
    notes = ", ".join(_notes(route))
    path = route.path.replace(":path", "")
    does = f"{route.summary.en} · {route.summary.zh}" + (f" ({notes})" if notes else "")
    return f"| `{route.method} /api/{path}{query}` | `{route.operation}` | {does} | {_WHO[route.access]} |"


def _notes(route: Route) -> Iterator[str]:
    if isinstance(route.takes, Upload):
        yield f"takes a file of at most {route.takes.most // 1_000_000} MB"
    if isinstance(route.gives, File):
        yield "gives a file"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
