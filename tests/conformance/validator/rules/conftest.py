"""Rules called on their own, with what they report written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from conformance.validator.context import ResourceRule
from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.fhirpath import Engine
from fhir_kernel.issues import issue
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery

Run = Callable[..., list["Found"]]


class Found(NamedTuple):
    """One finding of a rule."""

    id: str
    path: str
    severity: str


class Recorder:
    """A context that remembers what is reported; every message must have the parameters that it needs."""

    def __init__(self, catalog: Catalog, policy: Mapping[str, Any] = MappingProxyType({})) -> None:
        self.catalog = catalog
        self._policy = policy
        self.found: list[Found] = []

    def report(self, issue_id: str, path: str, **params: Any) -> None:
        severity = params.pop("severity", None)
        made = issue(issue_id, path, **params)
        assert made.text("en")
        assert made.text("zh")
        self.found.append(Found(issue_id, path, severity or made.severity))

    def resolve(self, reference: str, path: str) -> Resource | None:
        return None

    def check_code(
        self, query: CodeQuery, path: str, issue_id: str, *, on_unknown: str | None = None, **params: Any
    ) -> None: ...

    def engine(self, *, as_filters: bool = False) -> Engine:
        return Engine(self.catalog.model, as_filters=as_filters)

    def holds(self, expression: str, resource: Resource) -> bool | None:
        return None

    def validate_value(self, value: Any, type_name: str, path: str) -> None: ...

    def validate_resource(self, resource: Resource, profile: str, path: str) -> None: ...

    def policy(self, name: str) -> Any:
        return self._policy.get(name)


_core = cache(open_core)


@pytest.fixture(scope="session")
def core() -> Catalog:
    return _core()


@pytest.fixture
def run(core: Catalog) -> Run:
    """What a rule reports for a resource at the root; keywords are policies."""

    def findings(rule: ResourceRule, resource: Resource, **policy: Any) -> list[Found]:
        recorder = Recorder(core, policy)
        rule(resource, resource.get("resourceType", "Resource"), recorder)
        return recorder.found

    return findings
