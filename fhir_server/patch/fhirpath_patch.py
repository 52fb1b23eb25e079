"""FHIRPath Patch: operations on elements that FHIRPath selects (https://hl7.org/fhir/R4/fhirpatch.html)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fhir_kernel.definitions.model import Field, Model
from fhir_kernel.errors import FhirPathError, FhirPathEvaluationError, LimitExceeded
from fhir_kernel.fhirpath import Engine, Environment, Limits, Node
from fhir_kernel.fhirpath.ast import Member
from fhir_kernel.resource import Resource
from fhir_server.outcomes import RequestRefused
from fhir_server.patch.element_tree import ElementTree, Place
from fhir_server.patch.element_value import ElementValues
from fhir_server.patch.fhirpath_operation import Operation, read_operations
from fhir_server.patch.limits import PatchLimits
from fhir_server.patch.refusal import beyond, inapplicable, malformed

_SECONDS = 1.0
"""That one path may take; the sum is bounded by steps."""
_EXPRESSIONS = 500
"""That are kept compiled: paths of patches are few and come again, or come from somebody who makes them up."""


def patch_engine(model: Model, limits: PatchLimits) -> Engine:
    """An engine for the paths of patches, whose limits are those of one path."""
    cost = Limits(max_length=limits.max_path, max_steps=limits.max_steps, max_seconds=_SECONDS, max_cached=_EXPRESSIONS)
    return Engine(model, limits=cost)


def apply_fhirpath_patch(
    resource: Resource, parameters: Resource, model: Model, engine: Engine, limits: PatchLimits
) -> Resource:
    """The resource after all operations, empty objects among it where there is nothing.

    Raises RequestRefused, naming the operation and its path.
    """
    operations = read_operations(parameters, limits)
    work = _Work(ElementTree(resource, model), ElementValues(model), engine, limits.max_steps)
    for operation in operations:
        _APPLY[operation.type](work, operation)
    return work.tree.root


class _Work:
    """One patch: the resource as it is so far, and the steps that its paths may still go."""

    def __init__(self, tree: ElementTree, values: ElementValues, engine: Engine, steps: int) -> None:
        self.tree, self.values = tree, values
        self._engine, self._steps_left = engine, steps

    def collection(self, operation: Operation) -> tuple[Node, Field, int]:
        """The element that has the list which a path names, the list, and how many elements it has now."""
        tree = self._compiled(operation, operation.path)
        if not isinstance(tree, Member):
            raise _unfit(operation, "it does not end in the name of a list; expected one such as 'Patient.name'")
        holder = self.single(operation, str(tree.target) if tree.target is not None else "$this")
        fields = self.values.fields(holder.type, tree.name, operation.where)
        if not fields[0].is_list:
            raise _unfit(operation, f"{holder.type}.{tree.name} is no list; expected one")
        return holder, fields[0], len(self.held(holder).get(fields[0].name) or ())

    def single(self, operation: Operation, path: str | None = None) -> Node:
        """The one element that a path selects."""
        found = self.select(operation, path)
        if not found:
            raise _unfit(operation, "it selects nothing; expected one element", path)
        return found[0]

    def select(self, operation: Operation, path: str | None = None) -> Sequence[Node]:
        """The element that a path selects, if it is there."""
        path = operation.path if path is None else path
        items = self._evaluated(operation, path)
        for item in items:
            is_own = isinstance(item, Node) and (item.value is self.tree.root or self.tree.place_of(item) is not None)
            if not is_own:
                raise _unfit(operation, "it gives a value that is no element of the resource", path)
        if len(items) > 1:
            raise _unfit(operation, f"it selects {len(items)} elements; expected one", path)
        return items

    def held(self, node: Node) -> Resource:
        """The object that has the children of an element."""
        holder: Resource = node.value if isinstance(node.value, dict) else node.sibling
        return holder

    def place(self, operation: Operation, node: Node) -> Place:
        """Where a selected element stands."""
        place = self.tree.place_of(node)
        if place is None:
            raise _unfit(operation, "it selects the resource itself; expected an element of it")
        return place

    def _compiled(self, operation: Operation, path: str) -> object:
        try:
            return self._engine.compile(path).tree
        except (FhirPathError, LimitExceeded) as error:
            raise _no_path(operation, error) from None

    def _evaluated(self, operation: Operation, path: str) -> list[Node]:
        env = Environment()
        try:
            found = self._engine.compile(path).evaluate(self.tree.root, env)
        except LimitExceeded as error:
            raise beyond(operation.where, f"the path '{_short(path)}': {error}") from None
        except FhirPathEvaluationError as error:
            raise _unfit(operation, f"it cannot be evaluated: {error.message}", path) from None
        except FhirPathError as error:
            raise _no_path(operation, error) from None
        self._steps_left -= self._engine.limits.max_steps - env.steps_left
        if self._steps_left < 0:
            raise beyond(operation.where, "the paths of the patch go through more elements than is allowed")
        return found


def _add(work: _Work, operation: Operation) -> None:
    target = work.single(operation)
    fields = work.values.fields(target.type, operation.name, operation.where)
    field, content = work.values.content(operation.value or {}, fields, operation.where)
    holder = work.held(target)
    if not field.is_list:
        for each in _like(work, target.type, field, operation):
            if each.name in holder or holder.get("_" + each.name):
                text = f"'{operation.path}' has the element '{each.name}' already; replace it instead"
                raise inapplicable(operation.where, text, expression=operation.expression)
    work.tree.put(holder, target.type, field, content)


def _insert(work: _Work, operation: Operation) -> None:
    target, field, count = work.collection(operation)
    _check_index(operation, "index", operation.index, count)
    _, content = work.values.content(operation.value or {}, (field,), operation.where)
    work.tree.put(work.held(target), target.type, field, content, operation.index)


def _delete(work: _Work, operation: Operation) -> None:
    for node in work.select(operation):
        work.tree.remove(work.place(operation, node))


def _replace(work: _Work, operation: Operation) -> None:
    place = work.place(operation, work.single(operation))
    fields = _like(work, place.owner, place.field, operation)
    field, content = work.values.content(operation.value or {}, fields, operation.where)
    index = work.tree.take(place)
    work.tree.put(place.holder, place.owner, field, content, index)


def _move(work: _Work, operation: Operation) -> None:
    target, field, count = work.collection(operation)
    _check_index(operation, "source", operation.source, count - 1)
    _check_index(operation, "destination", operation.destination, count - 1)
    work.tree.reorder(work.held(target), field, operation.source, operation.destination)


def _like(work: _Work, owner: str, field: Field, operation: Operation) -> Sequence[Field]:
    """The field and, of a choice, those of the other types."""
    return work.values.fields(owner, field.element, operation.where) if field.is_choice else (field,)


def _check_index(operation: Operation, name: str, value: int, last: int) -> None:
    if value > last:
        expected = f"at most {last}" if last >= 0 else "no move, for it has no elements"
        text = f"{name} is {value}, beyond the list at '{_short(operation.path)}'; expected {expected}"
        raise inapplicable(operation.where, text, expression=operation.expression)


def _unfit(operation: Operation, reason: str, path: str | None = None) -> RequestRefused:
    text = f"the path '{_short(operation.path if path is None else path)}': {reason}"
    return inapplicable(operation.where, text, expression=operation.expression)


def _no_path(operation: Operation, error: Exception) -> RequestRefused:
    text = f"the path '{_short(operation.path)}' is no FHIRPath that can be used: {error}"
    return malformed(operation.where, text, code="value", expression=operation.expression)


def _short(path: str) -> str:
    return path if len(path) <= 200 else path[:199] + "…"


_APPLY: Mapping[str, Callable[[_Work, Operation], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}
