"""What a `$translate` asks, in the names of R4 or of R5.

https://hl7.org/fhir/R4/conceptmap-operation-translate.html, https://hl7.org/fhir/R5/conceptmap-operation-translate.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.messages import failure
from terminology.engine.options import parameter_value
from terminology.engine.requests import argument, text_argument
from terminology.engine.scope import Scope
from terminology.operations import Call


@dataclass(frozen=True, slots=True)
class _Form:
    """A parameter that says what to translate; `system` and `version` are those that go with a mere code."""

    name: str
    r5: bool = False
    from_target: bool = False
    system: tuple[str, ...] = ()
    version: tuple[str, ...] = ()


_FORMS = (
    _Form("code", system=("system", "sourceSystem"), version=("version", "sourceVersion")),
    _Form("coding"),
    _Form("codeableConcept"),
    _Form("sourceCode", r5=True, system=("sourceSystem", "system"), version=("sourceVersion", "version")),
    _Form("sourceCoding", r5=True),
    _Form("sourceCodeableConcept", r5=True),
    _Form("targetCode", r5=True, from_target=True, system=("targetSystem", "targetsystem"), version=("targetVersion",)),
    _Form("targetCoding", r5=True, from_target=True),
    _Form("targetCodeableConcept", r5=True, from_target=True),
)


@dataclass(frozen=True, slots=True)
class Dependency:
    """The value of another element, on which a mapping may depend."""

    element: str
    value: Any
    """A CodeableConcept, or what R5 allows."""

    def meets(self, row: Resource) -> bool:
        """Whether it is what a `dependsOn` of a map asks for."""
        if self.element != row.get("property", row.get("attribute")):
            return False
        wanted, system = _wanted(row)
        if not isinstance(self.value, dict):
            return str(self.value) == wanted
        codings = self.value.get("coding", [self.value] if "code" in self.value else [])
        same = (each.get("code") == wanted and (not system or each.get("system") == system) for each in codings)
        return self.value.get("text") == wanted or any(same)


@dataclass(frozen=True, slots=True)
class Question:
    """`backward`: the codings are on the target side of the maps; the scopes are those of the maps' own sides."""

    codings: Sequence[Resource]
    backward: bool
    names_r5: bool
    wanted_system: str | None
    source_scope: str | None
    target_scope: str | None
    dependencies: Sequence[Dependency]

    def names_of(self, system: str, scope: Scope) -> frozenset[str]:
        """The names by which a map may know the code system."""
        return frozenset((system, scope.content.canonical(system)))


def read_question(call: Call, scope: Scope) -> Question:
    """Raises OperationFailed where it is not said, or said twice, what to translate."""
    form = _form(call, scope)
    reverse = argument(call, "reverse") is True
    if reverse and form.from_target:
        raise failure("parameters-both", chinese=scope.options.chinese, one=form.name, other="reverse")
    wanted = ("sourceSystem", "system") if form.from_target else ("targetsystem", "targetSystem")
    return Question(
        _codings(call, form, scope),
        backward=reverse or form.from_target,
        names_r5=form.r5,
        wanted_system=text_argument(call, *wanted),
        source_scope=text_argument(call, "source", "sourceScope"),
        target_scope=text_argument(call, "target", "targetScope"),
        dependencies=tuple(_dependency(each) for each in call.parameters if each.get("name") == "dependency"),
    )


def _form(call: Call, scope: Scope) -> _Form:
    named = {each.get("name") for each in call.parameters}
    forms = [each for each in _FORMS if each.name in named]
    if not forms:
        expected = ", ".join(each.name for each in _FORMS)
        raise failure("no-code-to-translate", chinese=scope.options.chinese, expected=expected)
    if len(forms) > 1:
        raise failure("parameters-both", chinese=scope.options.chinese, one=forms[0].name, other=forms[1].name)
    return forms[0]


def _codings(call: Call, form: _Form, scope: Scope) -> Sequence[Resource]:
    value = argument(call, form.name)
    if form.system:
        named = {"system": text_argument(call, *form.system), "version": text_argument(call, *form.version)}
        codings = [{**named, "code": value}]
    elif not isinstance(value, dict):
        codings = []
    else:
        codings = value.get("coding", []) if form.name.endswith("Concept") else [value]
    usable = [each for each in codings if each.get("system") and each.get("code")]
    if not usable:
        expected = f"{form.name} with {form.system[0]}" if form.system else f"{form.name} with system and code"
        raise failure("parameter-missing", chinese=scope.options.chinese, path=form.name, expected=expected)
    return usable


def _dependency(parameter: Resource) -> Dependency:
    parts = {each.get("name"): parameter_value(each) for each in parameter.get("part", ())}
    return Dependency(str(parts.get("element", parts.get("attribute"))), parts.get("concept", parts.get("value")))


def _wanted(row: Resource) -> tuple[str, str | None]:
    """The value that a `dependsOn` asks for, with its code system if it says one."""
    value = row.get("value", parameter_value(row))
    if isinstance(value, dict):
        return str(value.get("code")), value.get("system")
    return str(value), row.get("system")
