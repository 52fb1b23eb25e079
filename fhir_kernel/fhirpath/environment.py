"""What an expression sees besides its input: variables, clock and the services of its surroundings.

https://hl7.org/fhirpath/N1/index.html#environment-variables and https://hl7.org/fhir/R4/fhirpath.html#variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from fhir_kernel.errors import FhirPathEvaluationError, FhirPathLimitExceeded
from fhir_kernel.fhirpath.values import Item, Items, Node
from fhir_kernel.resource import Resource

Resolve = Callable[[str, Node], Resource | None]
MemberOf = Callable[[Node, str], bool | None]
ConformsTo = Callable[[Node, str], bool | None]
Subsumes = Callable[[Node, Node], bool | None]
HtmlChecks = Callable[[Node], bool]
Trace = Callable[[str, Sequence[Item]], None]


@dataclass(slots=True)
class Environment:
    """Cheap to make: one for a resource, with `context` set anew for each element, serves a validator.

    A hook that is None answers "cannot tell"; `resolve` then finds contained resources only. One environment serves
    one evaluation at a time.
    """

    resource: Node | None = None
    """`%resource`; the input where it is None."""
    root_resource: Node | None = None
    """`%rootResource`; `%resource` where it is None."""
    context: Node | None = None
    """`%context`; the input where it is None."""
    variables: Mapping[str, Items] = field(default_factory=dict)
    """Further `%name`s."""
    now: datetime | None = None
    """What `now()` and `today()` return; with a zone."""
    resolve: Resolve | None = None
    member_of: MemberOf | None = None
    conforms_to: ConformsTo | None = None
    subsumes: Subsumes | None = None
    html_checks: HtmlChecks | None = None
    trace: Trace | None = None
    focus: Item = None
    """The input of the running evaluation."""
    index: int | None = None
    """`$index`."""
    total: Items = field(default_factory=list)
    """`$total`."""
    defined: Mapping[str, Items] = field(default_factory=dict)
    """What `defineVariable` defined."""
    steps_left: int = 0
    deadline: float = 0.0
    """When the running evaluation must be over, on the monotonic clock."""

    def spend(self, steps: int) -> None:
        """Count steps of the running evaluation. Raises FhirPathLimitExceeded when they are used up."""
        self.steps_left -= steps
        if self.steps_left < 0 or monotonic() > self.deadline:
            raise FhirPathLimitExceeded("the FHIRPath expression takes more steps or time than allowed on this input")

    def variable(self, name: str) -> Items:
        """The value of `%name`. Raises FhirPathEvaluationError if there is none."""
        if name in self.defined:
            return self.defined[name]
        found = self.variables.get(name)
        if found is not None:
            return found
        fixed = fixed_variable(name)
        if fixed is not None:
            return [fixed]
        match name:
            case "context":
                item = self.context if self.context is not None else self.focus
            case "resource":
                item = self.resource if self.resource is not None else self.focus
            case "rootResource":
                item = self.root_resource or self.resource or self.focus
            case _:
                raise FhirPathEvaluationError(f"there is no variable %{name}")
        return [] if item is None else [item]


KNOWN_VARIABLES = frozenset({"context", "resource", "rootResource"})


def fixed_variable(name: str) -> str | None:
    """What `%sct`, `%loinc`, `%ucum`, `%vs-name` and `%ext-name` always are."""
    if name.startswith("vs-"):
        return f"http://hl7.org/fhir/ValueSet/{name[3:]}"
    if name.startswith("ext-"):
        return f"http://hl7.org/fhir/StructureDefinition/{name[4:]}"
    return _CODE_SYSTEMS.get(name)


_CODE_SYSTEMS = {"sct": "http://snomed.info/sct", "loinc": "http://loinc.org", "ucum": "http://unitsofmeasure.org"}
