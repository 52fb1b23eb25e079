"""A `ProfilePlan` → Python source: a function for each element that asks something of its values."""

from __future__ import annotations

from collections.abc import Callable

from conformance.validator.facets.invariants import Invariant
from conformance.validator.facets.slicing import Slice, Slicing
from conformance.validator.facets.terminology import Origin
from conformance.validator.plan import Constraint, ElementPlan, ProfilePlan
from conformance.validator.source import Names, Source, identifier

MakeInvariant = Callable[[Constraint, str], Invariant]
"""(constraint, profile) → what `hold_item` runs."""


class ProfileEmitter:
    """Emits the functions of one profile, each loaded into `names` as soon as it is complete."""

    def __init__(self, plan: ProfilePlan, names: Names, make_invariant: MakeInvariant) -> None:
        self._plan = plan
        self._names = names
        self._invariant = make_invariant
        self._prefix = f"profile_{identifier(plan.canonical.rpartition('/')[2])}_{len(names.namespace)}"
        self._count = 0
        self._functions: dict[str, str] = {}
        """By element id, the functions made so far: a content reference leads back to one of them."""

    def emit(self) -> str:
        """The name of the function `(item, run)` that checks a value of the profile's type."""
        return self._element(self._plan.root)

    def _element(self, plan: ElementPlan) -> str:
        self._count += 1
        title = self._functions[plan.id] = f"{self._prefix}_{self._count}_{identifier(plan.id)}"
        out, add = Source(), self._names.add
        out.line(f"def {title}(item, run):")
        with out.indented():
            this = add("E", plan)
            if plan.types:
                out.line(f"if not type_allowed(item, {this}, run): return")
            for facet, stated in (
                ("fixed", plan.fixed is not None),
                ("pattern", plan.pattern is not None),
                ("lengths", plan.max_length is not None or plan.min_length is not None),
                ("bounds", plan.min_value is not None or plan.max_value is not None),
            ):
                if stated:
                    out.line(f"{facet}(item, {this}, run)")
            if plan.binding is not None:
                origin = add("O", Origin(plan.profile, plan.id))
                out.line(f"bind(item.value, item.at, {add('B', plan.binding)}, item.type, run, {origin})")
            for constraint in plan.constraints:
                invariant = self._invariant(constraint, plan.profile)
                if invariant.severity != "ignore":
                    out.line(f"hold_item(item, {add('C', invariant)}, run)")
            is_resource = any(type_name == "Resource" for _, type_name, _ in plan.fields)
            if is_resource and plan.children:
                out.line("before = step_into(item, run)")
            for child in plan.children:
                self._child(child, out)
            if is_resource and plan.children:
                out.line("run.place = before")
        self._names.define(title, out)
        return title

    def _child(self, plan: ElementPlan, out: Source) -> None:
        add = self._names.add
        this = add("E", plan)
        out.line(f"found = values(item, {this})")
        if plan.min is not None:
            out.line(f"if len(found) < {plan.min}: too_few(found, item, {this}, run)")
        if plan.max is not None:
            out.line(f"if len(found) > {plan.max}: too_many_values(found, item, {this}, run)")
        if plan.content_of in self._functions:
            out.line(f"for each in found: {self._functions[plan.content_of]}(each, run)")
        if plan.asks_of_itself or plan.children:
            function = self._element(plan)
            out.line(f"for each in found: {function}(each, run)")
        if plan.slicing is not None:
            out.line(f"slices(found, item.at, {add('S', self._slicing(plan))}, run)")

    def _slicing(self, plan: ElementPlan) -> Slicing:
        assert plan.slicing is not None
        ready = []
        for each in plan.slicing.slices:
            element = each.element
            check = self._names.namespace[self._element(element)] if element.asks_of_items else None
            inner = self._slicing(element) if element.slicing is not None else None
            ready.append(Slice(each, check, inner))
        return Slicing(plan.slicing, plan, tuple(ready))
