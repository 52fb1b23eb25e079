"""What a validation run offers to the rules of a resource type (`conformance.validator.context.Context`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance.validator.conforming import conform
from conformance.validator.facets.references import target_of
from conformance.validator.facets.terminology import is_malformed
from conformance.validator.policy import Level
from conformance.validator.run import Item, Run, make_issue
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import FhirPathError, LimitExceeded
from fhir_kernel.fhirpath import Engine, Environment, node
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from terminology.checks import CodeAnswer, CodeQuery, Verdict


class RunContext:
    """A `Context` over one run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.catalog: Catalog = run.shared.catalog

    def report(self, issue_id: str, path: str, **params: Any) -> None:
        self._run.found.append(make_issue(issue_id, path, **params))

    def resolve(self, reference: str, path: str) -> Resource | None:
        found = target_of(reference, self._run)
        return found.resource if found is not None else None

    def check_code(
        self, query: CodeQuery, path: str, issue_id: str, *, on_unknown: str | None = None, **params: Any
    ) -> None:
        malformed = self._run.shared.policy.malformed_code
        self._run.found.append(_CodePending((query,), path, issue_id, on_unknown, malformed, params))

    def validate_value(self, value: Any, type_name: str, path: str) -> None:
        self._run.shared.check_type(type_name)(value, (path,), self._run)

    def validate_resource(self, resource: Resource, profile: str, path: str) -> None:
        conform(Item(resource, str(resource.get("resourceType")), (path,)), profile, self._run)

    def holds(self, expression: str, resource: Resource) -> bool | None:
        known = self._run.scopes.get(id(resource))
        environment = self._run.environment if known is self._run.place else Environment()
        try:
            compiled = self._run.shared.engine.compile(expression)
            return compiled.holds(node(resource, str(resource.get("resourceType"))), environment)
        except (FhirPathError, LimitExceeded):
            return None

    def engine(self, *, as_filters: bool = False) -> Engine:
        return self._run.shared.search_engine if as_filters else self._run.shared.engine

    def policy(self, name: str) -> Any:
        return getattr(self._run.shared.policy, name)


@dataclass(frozen=True, slots=True)
class _CodePending:
    """Waits for the answer to one question of a rule."""

    queries: tuple[CodeQuery, ...]
    path: str
    issue_id: str
    on_unknown: str | None
    malformed: Level
    params: dict[str, Any]

    def settle(self, answers: Sequence[CodeAnswer]) -> Sequence[Issue]:
        answer = answers[0]
        verdict = answer.in_value_set if self.queries[0].value_set is not None else answer.in_system
        issue_id = {Verdict.OUT: self.issue_id, Verdict.UNKNOWN: self.on_unknown}.get(verdict)
        if issue_id is None:
            return ()
        params = {"reason": answer.reason} | self.params
        if verdict is Verdict.OUT and is_malformed(answer):
            if self.malformed == "ignore":
                return ()
            params["severity"] = self.malformed
        return (make_issue(issue_id, self.path, **params),)
