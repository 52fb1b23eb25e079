"""A `TypePlan` → Python source of one function that checks a JSON object of that type.

The function is straight-line code over the properties that the type has; what usual values pass costs a dictionary
look-up and an inline test. Whatever fails goes to a facet, which finds out what is wrong and reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from conformance.validator.facets.invariants import Invariant
from conformance.validator.facets.primitives import QUICK
from conformance.validator.plan import Constraint, FieldPlan, TypePlan
from conformance.validator.source import Names, Source, identifier

Members = Callable[[str], frozenset[str] | None]
"""Value set → all its codes, where they can be listed; they become part of the function."""
MakeInvariant = Callable[[Constraint], Invariant]
_FEW_CHOICES = 3
_SELDOM = frozenset({"id", "extension", "modifierExtension"})
"""Properties that most elements do without: one test says that none is there."""
_SPECIALS = {
    "Coding": "coding",
    "Reference": "reference",
    "Quantity": "quantity",
    "Narrative": "narrative",
    "Attachment": "attachment",
    "Identifier": "identifier",
}
"""Datatypes with rules that their StructureDefinitions cannot state, and the functions that check them."""


_SHORTCUTS = {"Coding": "plain_coding", "Reference": "plain_reference"}
"""Datatypes that stand everywhere, and the functions that know the usual values with which nothing can be wrong."""


def type_function(name: str) -> str:
    """The name of the function that checks type `name`: `check_Patient_contact`."""
    return f"check_{identifier(name)}"


def primitive_function(name: str) -> str:
    """The name of the function that checks a primitive of type `name`."""
    return f"check_primitive_{identifier(name)}"


def primitive_source(name: str) -> Source:
    """The source of the function that checks a primitive of type `name`."""
    out = Source()
    out.line(f"def {primitive_function(name)}(x, at, run):")
    with out.indented():
        _check_primitive(name, "x", "at", out)
    return out


class TypeEmitter:
    """Emits `check_…(v, at, run)` for one type."""

    def __init__(
        self, plan: TypePlan, names: Names, members: Members, make_invariant: MakeInvariant, texts: Collection[str] = ()
    ) -> None:
        """`texts`: the primitive types whose values are searched for HTML."""
        self._plan, self._names, self._members, self._make_invariant = plan, names, members, make_invariant
        self._texts = texts
        self._this = names.add("P", plan)
        self._seldom = _SELDOM & {field.name for field in plan.fields} if plan.kind != "resource" else frozenset()

    def emit(self) -> Source:
        """The source of the function; what it refers to is in `names`."""
        plan, out = self._plan, Source()
        out.line(f"def {type_function(plan.name)}(v, at, run):")
        with out.indented():
            if plan.name in _SHORTCUTS and not self._texts:
                out.line(f"if {_SHORTCUTS[plan.name]}(v, at, run): return")
            self._shape(out)
            choices: set[str] = set()
            for field in plan.fields:
                if field.name in self._seldom:
                    continue
                if not field.is_choice:
                    self._field(field, out)
                elif field.element not in choices:
                    choices.add(field.element)
                    self._choice([f for f in plan.fields if f.element == field.element], out)
            if plan.name in _SPECIALS:
                out.line(f"{_SPECIALS[plan.name]}(v, at, run)")
            self._hold(plan.constraints, "v", "at", plan.name, out)
        return out

    def _shape(self, out: Source) -> None:
        allowed = {field.name for field in self._plan.fields}
        if self._plan.kind == "resource":
            allowed.add("resourceType")
        keys = self._names.add("K", frozenset(allowed).issuperset)
        out.line(f"if type(v) is not dict: not_an_object(v, at, {self._this}, run); return")
        more = f"if not {keys}(v): more_properties(v, at, {self._this}, run)"
        if not self._seldom:
            out.line(more)
        else:
            usual = self._names.add("K", frozenset(allowed - self._seldom).issuperset)
            out.line(f"if not {usual}(v):")
            with out.indented():
                out.line(more)
                for field in self._plan.fields:
                    if field.name in self._seldom:
                        self._field(field, out)
        if self._plan.kind != "resource":
            out.line(f"if len(v) < 2 and (not v or 'id' in v): empty(at, {self._this}, run)")
        out.line("if not all(v.values()): nulls(v, at, run)")

    def _field(self, field: FieldPlan, out: Source) -> None:
        out.line(f"x = v.get({field.name!r})")
        out.line("if x is not None:")
        with out.indented():
            if field.is_list:
                self._list(field, out)
            else:
                self._value(field, "x", f"(at, {field.element!r}, -1)", out)
        if field.min:
            out.line(f"else: absent(v, at, {self._names.add('F', field)}, {self._this}, run)")

    def _list(self, field: FieldPlan, out: Source) -> None:
        this, element = self._names.add("F", field), field.element
        out.line(f"if type(x) is not list or not x: not_a_list(x, (at, {element!r}, -1), {this}, run)")
        if field.type == "Extension":
            out.line(f"else: extensions(x, at, {field.name!r}, v, {self._plan.name!r}, run)")
            return
        out.line("else:")
        with out.indented():
            out.line("i = 0")
            out.line("for e in x:")
            with out.indented():
                self._list_item(field, out)
                out.line("i += 1")
            if field.max is not None:
                out.line(f"if i > {field.max}: too_many(x, at, {this}, {self._this}, run)")

    def _list_item(self, field: FieldPlan, out: Source) -> None:
        at = f"(at, {field.element!r}, i)"
        if not field.is_primitive:
            self._value(field, "e", at, out)
            return
        out.line(f"if e is None: null_item(v, {field.name!r}, i, at, run)")
        out.line("else:")
        with out.indented():
            self._value(field, "e", at, out)

    def _choice(self, fields: list[FieldPlan], out: Source) -> None:
        """One of several properties: few are asked one by one, many are found by the keys that are there."""
        element = fields[0].element
        out.line("n = 0")
        if len(fields) <= _FEW_CHOICES:
            for field in fields:
                out.line(f"x = v.get({field.name!r})")
                out.line("if x is not None:")
                with out.indented():
                    out.line("n += 1")
                    self._value(field, "x", f"(at, {element!r}, -1)", out)
        else:
            table = self._names.add("D", {field.name: self._choice_function(field) for field in fields})
            keys = self._names.add("K", frozenset(field.name for field in fields))
            out.line(f"if not {keys}.isdisjoint(v):")
            with out.indented():
                out.line("for k in v:")
                with out.indented():
                    out.line(f"f = {table}.get(k)")
                    out.line(f"if f is not None: n += 1; f(v[k], (at, {element!r}, -1), run)")
        out.line(f"if n > 1: many_choices(v, at, {element!r}, {self._this}, run)")
        if fields[0].min:
            out.line(f"if n == 0: absent(v, at, {self._names.add('F', fields[0])}, {self._this}, run)")

    def _choice_function(self, field: FieldPlan) -> Any:
        """The function that checks one form of a choice; one of its own where the form has checks of its own."""
        if field.binding is None and not field.targets and not field.constraints:
            return self._names.late(primitive_function(field.type) if field.is_primitive else type_function(field.type))
        own = Source()
        title = f"check_{identifier(self._plan.name)}_{field.name}"
        own.line(f"def {title}(x, at, run):")
        with own.indented():
            self._value(field, "x", "at", own)
        self._names.define(title, own)
        return self._names.namespace[title]

    def _value(self, field: FieldPlan, x: str, at: str, out: Source) -> None:
        if field.is_primitive:
            self._primitive(field, x, at, out)
        elif field.type == "Resource":
            out.line(f"inner_resource({x}, {at}, v, run)")
        elif field.binding is None and not field.targets and not field.constraints:
            out.line(f"{self._names.call(type_function(field.type))}({x}, {at}, run)")
        else:
            out.line(f"a = {at}")
            out.line(f"{self._names.call(type_function(field.type))}({x}, a, run)")
            if field.binding is not None:
                out.line(f"bind({x}, a, {self._names.add('B', field.binding)}, {field.type!r}, run)")
            if field.targets:
                out.line(f"refer({x}, a, {self._names.add('T', field.targets)}, run)")
            if field.constraints:
                out.line(f"if type({x}) is dict:")
                with out.indented():
                    self._hold(field.constraints, x, "a", field.type, out)

    def _primitive(self, field: FieldPlan, x: str, at: str, out: Source) -> None:
        binding, add = field.binding, self._names.add
        is_required = binding is not None and binding.strength == "required" and field.type == "code"
        codes = self._members(binding.value_set) if binding is not None and is_required else None
        if codes is not None:
            out.line(
                f"if type({x}) is not str or {x} not in {add('M', codes)}: "
                f"not_bound({x}, {at}, {add('B', binding)}, run)"
            )
            return
        if field.type in self._texts:
            out.line(f"text({x}, {at}, {field.type!r}, run)")
        _check_primitive(field.type, x, at, out)
        if binding is not None:
            out.line(f"bind({x}, {at}, {add('B', binding)}, {field.type!r}, run)")
        if field.targets:
            out.line(f"canonical({x}, {at}, {add('T', field.targets)}, run)")

    def _hold(self, constraints: Iterable[Constraint], x: str, at: str, type_name: str, out: Source) -> None:
        for constraint in constraints:
            invariant = self._make_invariant(constraint)
            if invariant.severity == "ignore":
                continue
            this = self._names.add("C", invariant)
            if invariant.builtin is not None:
                rule = self._names.add("R", invariant.builtin)
                scope = ", run.place.scope" if invariant.needs_scope else ""
                out.line(f"if not {rule}({x}{scope}): broken({at}, {this}, run)")
            else:
                out.line(f"hold({x}, {at}, {this}, {type_name!r}, run)")


def _check_primitive(type_name: str, x: str, at: str, out: Source) -> None:
    check = f"primitive({x}, {at}, {type_name!r}, run)"
    quick = QUICK.get(type_name)
    out.line(f"if not ({quick.format(x=x)}): {check}" if quick else check)
