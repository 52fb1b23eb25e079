"""Runs the rules of knowledge resources alone, over definitions made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.validator.context import RuleTable
from conformance.validator.run import make_issue
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.model import Model, TypeSchema
from fhir_kernel.fhirpath import Engine
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery, Verdict
from terminology.local import LocalCodes

HOME = "http://example.org/fhir"
_RESOURCES = ("Patient", "Practitioner", "Organization")


class _Definitions(Catalog):
    """Definitions beside a model that knows a few resource types."""

    @property
    def model(self) -> Model:
        return Model({name: TypeSchema(name, None, "resource", False, {}, {}) for name in _RESOURCES})


class Recorder:
    """A `Context` that keeps what rules report and ask."""

    def __init__(self, root: Resource, catalog: Catalog, publishing: bool, truths: dict[str, bool]) -> None:
        self.catalog, self.issues = catalog, list[Issue]()
        self._root, self._publishing, self._truths = root, publishing, truths
        self._asked: list[tuple[CodeQuery, Callable[[Verdict], None]]] = []

    def report(self, issue_id: str, path: str, **params: Any) -> None:
        self.issues.append(make_issue(issue_id, path, **params))

    def resolve(self, reference: str, path: str) -> Resource | None:
        return next((each for each in self._root.get("contained", ()) if f"#{each['id']}" == reference), None)

    def check_code(
        self, query: CodeQuery, path: str, issue_id: str, *, on_unknown: str | None = None, **params: Any
    ) -> None:
        def settle(verdict: Verdict) -> None:
            told = {Verdict.OUT: issue_id, Verdict.UNKNOWN: on_unknown}.get(verdict)
            if told is not None:
                self.report(told, path, **params)

        self._asked.append((query, settle))

    def engine(self, *, as_filters: bool = False) -> Engine:
        return Engine(self.catalog.model, as_filters=as_filters)

    def holds(self, expression: str, resource: Resource) -> bool | None:
        return self._truths.get(expression)

    def validate_value(self, value: Any, type_name: str, path: str) -> None:
        raise AssertionError("no rule here needs it")

    def validate_resource(self, resource: Resource, profile: str, path: str) -> None:
        raise AssertionError("no rule here needs it")

    def policy(self, name: str) -> Any:
        assert name == "publishing"
        return self._publishing

    def settle(self) -> list[Issue]:
        answers = LocalCodes(self.catalog).check([query for query, _ in self._asked])
        for (query, settle), answer in zip(self._asked, answers, strict=True):
            settle(answer.in_value_set if query.value_set is not None else answer.in_system)
        return self.issues


def issues_of(
    rules: RuleTable,
    resource: Resource,
    *definitions: Resource,
    publishing: bool = False,
    truths: dict[str, bool] | None = None,
) -> list[Issue]:
    """All issues that the rules find in `resource`, each with a text in both languages."""
    kind = resource["resourceType"]
    recorder = Recorder(resource, _Definitions(definitions), publishing, truths or {})
    for rule in rules[kind]:
        rule(resource, kind, recorder)
    found = recorder.settle()
    assert all(each.text() and each.text("zh") for each in found)
    return found


def told(issues: list[Issue]) -> list[str]:
    """`id @ path` of each issue, without the resource type."""
    return [f"{each.id.partition('.')[2]} @ {each.path}" for each in issues]


def errors(issues: list[Issue]) -> list[str]:
    """The same for errors alone."""
    return told([each for each in issues if each.is_error])
