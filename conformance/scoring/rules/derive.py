"""A profile → its elementary rules: what it asks beyond FHIR R4, one rule for each thing it asks.

The validator compares each element with the same element of R4's own type (`compile_profile`), whatever profiles lie in
between; from what is left come the rules. https://hl7.org/fhir/R4/elementdefinition.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from conformance.scoring.model import Severity
from conformance.scoring.rules.asking import Spot
from conformance.scoring.rules.model import ElementaryRule, Kind, RuleList
from conformance.scoring.rules.weights import weight_of
from conformance.scoring.rules.wording import worded
from conformance.validator import Validator
from conformance.validator.definitions import Definitions
from conformance.validator.plan import ElementPlan, ProfilePlan
from conformance.validator.tree import Element
from fhir_kernel.definitions.model import Field
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import split_canonical

WHOLE: tuple[Kind, ...] = ("base", "identity", "life", "order", "profile", "timely")
"""What is asked of every record, whatever its profile says of elements."""
_FHIR = "http://hl7.org/fhir/StructureDefinition/"
"""Where the types and profiles of R4 itself are; what these would have filled is no demand of the standard."""
_INSTEAD_OF_A_VALUE = "dataAbsentReason"
"""Is filled where the value is not, so that nobody can be asked for both."""


class Derived(NamedTuple):
    """The rules of a profile, and where in a record they ask what."""

    list: RuleList
    spots: tuple[Spot, ...]
    within: Mapping[str, str] = MappingProxyType({})
    """By the key of an invariant that holds within a slice only, the rule of the slice."""


def derive(canonical: str, resource_type: str, validator: Validator) -> Derived:
    """The rules of the profile `canonical`, a `url|version`; of one that cannot be used those of every record."""
    rules = _Rules(canonical)
    title, spots, within = canonical, [], {}
    try:
        plan, definitions = validator.plan(canonical), validator.definitions
        structure = definitions.catalog.structure(canonical)
        title = str(structure.get("title") or structure.get("name") or canonical)
        derivation = _Derivation(plan, definitions.tree(canonical), rules, definitions)
        spots, within = derivation.spots(), derivation.within
    except DefinitionError:
        rules = _Rules(canonical)  # what is asked of every record is still asked; the validator tells what is wrong
    ordered = tuple(sorted(rules.by_id.values(), key=lambda each: each.id))
    return Derived(RuleList(canonical, resource_type, title, ordered), tuple(spots), within)


class _Rules:
    """The rules found so far."""

    def __init__(self, canonical: str) -> None:
        self._canonical = canonical
        url = split_canonical(canonical)[0]
        self.by_id: dict[str, ElementaryRule] = {}
        for kind in WHOLE:
            self._keep(worded(f"{canonical}#:{kind}", kind))
        self._keep(worded(f"{url}#:volume", "volume"))

    def add(
        self,
        node: Element,
        kind: Kind,
        key: str = "",
        element: str = "",
        *,
        shown: str = "",
        human: str = "",
        severity: Severity | None = None,
    ) -> str:
        """The id of a rule about an element; the others are for its words and weight."""
        where = element or node.id
        id_ = f"{self._canonical}#{where}:{kind}" + (f":{key}" if kind in ("invariant", "slice") else "")
        told = {"path": node.path, "shown": shown, "human": human}
        self._keep(worded(id_, kind, where, key, **told, severity=severity, weight=weight_of(node.definition, key)))
        return id_

    def _keep(self, rule: ElementaryRule) -> None:
        self.by_id.setdefault(rule.id, rule)


class _Derivation:
    """One profile being taken apart."""

    def __init__(self, plan: ProfilePlan, root: Element, rules: _Rules, definitions: Definitions) -> None:
        self._rules, self._root = rules, root
        self._model = definitions.catalog.model
        self._type, self._plan = plan.type, plan.root
        self._plans = {each.id: each for each in _all(plan.root)}
        self._to_be_filled = frozenset(_marked(plan.canonical, definitions))
        self.within: dict[str, str] = {}

    def spots(self) -> list[Spot]:
        """The elements below the root; what is asked of the root itself is asked of every record."""
        top = Spot(((self._type, False),))
        self._invariants(self._root, self._plan, top)
        return [top, *self._below(self._root, self._type)]

    def _below(self, node: Element, owner: str) -> Iterator[Spot]:
        schema = self._model.types.get(owner)
        for name, child in node.children.items():
            step = name.partition(":")[0].removesuffix("[x]")
            stated = schema.fields.get(step) if schema else None
            choices = schema.choices.get(step, ()) if schema else ()
            fields = tuple(each for each in choices if each.type in child.type_codes) or choices
            if stated is not None and not stated.is_choice:
                fields = (stated,)
            if fields and (spot := self._spot(child, fields)).has_rules:
                yield spot

    def _spot(self, node: Element, fields: tuple[Field, ...]) -> Spot:
        spot = Spot(tuple((each.name, each.is_primitive) for each in fields))
        plan = self._plans.get(node.id)
        if ":" in node.id.rpartition(".")[2]:
            self._lone_slice(node, plan, spot)
            return spot
        if plan is not None:
            self._facets(node, plan, spot)
        if node.id in self._to_be_filled and node.name != _INSTEAD_OF_A_VALUE:
            spot.must_support = self._rules.add(node, "must-support")
        inner = fields[0].type if len(fields) == 1 else ""
        if inner and node.children:
            spot.below = list(self._below(node, inner))
        return spot

    def _facets(self, node: Element, plan: ElementPlan, spot: Spot) -> None:
        if plan.min is not None:
            spot.with_parent.append(self._rules.add(node, "min", shown=str(plan.min)))
        if plan.max is not None:
            spot.with_parent.append(self._rules.add(node, "max", shown=str(plan.max)))
        if plan.binding is not None and plan.binding.strength in ("required", "extensible"):
            is_strict = plan.binding.strength == "required" or plan.binding.max_value_set is not None
            severity: Severity = "major" if is_strict else "minor"
            value_set = plan.binding.value_set.partition("|")[0]
            spot.with_value.append(self._rules.add(node, "binding", severity=severity, shown=value_set))
        targets = [target for choice in plan.types or () for target in choice.targets]
        if targets or any(choice.aggregation for choice in plan.types or ()):
            spot.with_value.append(self._rules.add(node, "reference", shown=", ".join(targets)))
        self._invariants(node, plan, spot)
        for each in plan.slicing.slices if plan.slicing is not None else ():
            rule = self._rules.add(node.slices[each.name], "slice", each.name, node.id)
            if each.element.min:
                spot.with_parent.append(rule)
            else:
                spot.slices.append((each.tests, rule))
            self.within |= {constraint.key: rule for below in _all(each.element) for constraint in below.constraints}

    def _lone_slice(self, node: Element, plan: ElementPlan | None, spot: Spot) -> None:
        """A slice of an element that the snapshot does not list."""
        if plan is not None:
            element, _, name = node.id.rpartition(":")
            spot.with_value.append(self._rules.add(node, "slice", name, element))

    def _invariants(self, node: Element, plan: ElementPlan, spot: Spot) -> None:
        for each in plan.constraints:
            severity: Severity = "minor" if each.severity == "warning" else "major"
            rule = self._rules.add(node, "invariant", each.key, severity=severity, human=each.human)
            spot.with_value.append(rule)


def _all(plan: ElementPlan) -> Iterator[ElementPlan]:
    """The plan of an element and of all below it, apart from what is in slices."""
    yield plan
    for child in plan.children:
        yield from _all(child)


def _marked(canonical: str, definitions: Definitions) -> Iterator[str]:
    """The elements that a profile, or one that it builds on, marks as to be supported, below R4 itself."""
    while not canonical.startswith(_FHIR):
        structure = definitions.catalog.structure(canonical)
        for each in (structure.get("differential") or structure["snapshot"])["element"]:
            if each.get("mustSupport") is True:
                yield str(each.get("id") or each["path"])
        canonical = str(structure["baseDefinition"])
