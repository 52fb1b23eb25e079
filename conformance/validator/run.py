"""The state of one validation: what was found so far, and in which resource the walk is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from conformance.validator.path import At, render
from conformance.validator.references import Scope
from fhir_kernel.fhirpath import Environment
from fhir_kernel.issues import Issue
from fhir_kernel.messages import CATALOGUE
from fhir_kernel.messages.message import Severity
from fhir_kernel.resource import Resource
from terminology.checks import CodeAnswer, CodeQuery

if TYPE_CHECKING:
    from conformance.validator.rule_context import RunContext
    from conformance.validator.shared import Shared


class Pending(Protocol):
    """A finding that waits for terminology: asked in one batch, answered once."""

    @property
    def queries(self) -> Sequence[CodeQuery]: ...

    def settle(self, answers: Sequence[CodeAnswer]) -> Sequence[Issue]: ...


class Item:
    """One value within a resource: its JSON, its FHIR type, the `_name` beside it, and its place."""

    __slots__ = ("at", "sibling", "type", "value")

    def __init__(self, value: Any, type_name: str, at: At, sibling: Any = None) -> None:
        self.value, self.type, self.at, self.sibling = value, type_name, at, sibling

    @property
    def holder(self) -> dict[str, Any]:
        """The JSON object with its children: itself, or for a primitive its sibling."""
        if isinstance(self.value, dict):
            return self.value
        return self.sibling if isinstance(self.sibling, dict) else {}


class Place:
    """A resource that the walk has entered: its scope, its path and, once an expression needs it, its environment."""

    __slots__ = ("at", "environment", "scope")

    def __init__(self, scope: Scope, at: At) -> None:
        self.scope, self.at = scope, at
        self.environment: Environment | None = None


class Run:
    """One validation of one resource tree."""

    __slots__ = (
        "conforming",
        "context",
        "doubtful",
        "fetched",
        "found",
        "governed",
        "make_environment",
        "misshapen",
        "place",
        "queue",
        "scopes",
        "shared",
        "untold",
    )

    def __init__(self, shared: Shared, make_environment: Callable[[Scope, Run], Environment]) -> None:
        self.shared = shared
        self.make_environment = make_environment
        self.found: list[Issue | Pending] = []
        self.place: Place
        """The resource that the walk is in."""
        self.context: RunContext
        self.scopes: dict[int, Place] = {}
        """By id() of each resource that the walk has entered."""
        self.governed: Collection[str] = ()
        """The profiles that are asked apart, and so not because a resource states them."""
        self.queue: list[tuple[Item, str, Place]] = []
        """Profile checks that wait until the walk has entered every resource."""
        self.fetched: dict[str, Resource | None] = {}
        """What the resolver gave, by reference."""
        self.conforming: dict[tuple[int, str], list[Issue] | None] = {}
        """Issues by (id of a value, profile); None while the check is under way, which ends cycles."""
        self.doubtful: dict[int, list[str]] = {}
        """By id() of each Coding that waits for terminology with a display, the value sets that it is bound to."""
        self.misshapen: set[int] = set()
        """The resources, by id(), whose JSON is not of the shape that their type asks for."""
        self.untold: set[str] = set()
        """Code systems and value sets of which it was said already that nothing can be told."""

    @property
    def environment(self) -> Environment:
        """What FHIRPath sees in the resource that the walk is in."""
        place = self.place
        if place.environment is None:
            place.environment = self.make_environment(place.scope, self)
        return place.environment

    def close(self) -> None:
        """Let go of everything, so that nothing waits for the garbage collector."""
        self.scopes.clear()
        self.queue.clear()
        self.conforming.clear()
        self.found = []
        del self.context

    def later(self, item: Item, profile: str) -> None:
        """Check `item` against `profile` once every resource has been entered."""
        self.queue.append((item, profile, self.place))

    def fetch(self, reference: str) -> Resource | None:
        """Ask the caller's resolver for a resource from outside, once for each reference."""
        resolver = self.shared.resolver
        if resolver is None:
            return None
        if reference not in self.fetched:
            self.fetched[reference] = resolver(reference)
        return self.fetched[reference]

    def report(self, issue_id: str, at: At, **params: Any) -> None:
        """Add the issue `issue_id`; keywords that name fields of `Issue` set those, the others fill the message."""
        if issue_id in _SHAPE_FAULTS and self.scopes:
            scope = self.place.scope
            self.misshapen |= {id(scope.resource), id(scope.container)}
        self.found.append(make_issue(issue_id, render(at), **params))

    def settle(self, found: list[Issue | Pending]) -> list[Issue]:
        """Replace what waits for terminology by issues, with one batch of questions."""
        waiting = [each for each in found if not isinstance(each, Issue)]
        if not waiting:
            return [each for each in found if isinstance(each, Issue)]
        answers = iter(self.shared.codes.check([query for each in waiting for query in each.queries]))
        settled: list[Issue] = []
        for each in found:
            if isinstance(each, Issue):
                settled.append(each)
            else:
                settled.extend(each.settle([next(answers) for _ in each.queries]))
        return settled

    def trial(self) -> list[Issue | Pending]:
        """Begin a trial: findings go to a new list until `end_trial` is called with the list returned here."""
        before, self.found = self.found, []
        return before

    def end_trial(self, before: list[Issue | Pending]) -> list[Issue]:
        """End a trial and return its findings, settled."""
        mine, self.found = self.found, before
        return self.settle(mine)


_SHAPE_FAULTS = frozenset(
    (
        "primitive.json-type",
        "structure.not-a-list",
        "structure.not-an-object",
        "structure.null",
        "structure.sibling-length",
    )
)
"""Issues that tell of JSON which rules for well-formed resources could not read."""


def make_issue(
    issue_id: str,
    path: str,
    *,
    severity: Severity | None = None,
    profile: str = "",
    element: str = "",
    rule: str = "",
    nested: tuple[Issue, ...] = (),
    **params: Any,
) -> Issue:
    """The issue at `path`, with the catalogue's severity unless one is given."""
    message = CATALOGUE[issue_id]
    return Issue(
        issue_id, path, severity or message.severity, message.code, params, profile, element, rule, nested=nested
    )
