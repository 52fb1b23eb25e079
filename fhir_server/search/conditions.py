"""One parameter of a query to a criterion: name, modifier, chain, values (https://hl7.org/fhir/R4/search.html)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from fhir_kernel.store.criteria import (
    Criterion,
    Has,
    Match,
    Missing,
    Not,
    ReferenceIdentifierTest,
    Some,
    StringTest,
    Test,
    TokenTextTest,
    Updated,
    UriTest,
    WithId,
)
from fhir_server.search.canonicals import Canonicals
from fhir_server.search.context import (
    CodeQuestion,
    NotUnderstood,
    Question,
    Relation,
    SearchContext,
    nearest,
    not_understood,
    too_much,
    wrong_value,
)
from fhir_server.search.definitions import SearchDefinition
from fhir_server.search.elements.fold import fold
from fhir_server.search.escapes import split, unescape
from fhir_server.search.index import SearchIndex
from fhir_server.search.indexed import check_indexed
from fhir_server.search.literals import Literals, text_test

Types = tuple[str, ...]

COMMON = ("_id", "_lastUpdated", "_text", "_content", "_list", "_has")
"""What every type can be searched by besides its search parameters."""

MODIFIERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("missing",),
        "date": ("missing",),
        "string": ("missing", "exact", "contains"),
        "token": ("missing", "text", "not", "above", "below", "in", "not-in", "of-type"),
        "reference": ("missing", "identifier", "[type]"),
        "composite": ("missing",),
        "quantity": ("missing",),
        "uri": ("missing", "above", "below"),
        "special": ("missing",),
    }
)
"""The modifiers by type of parameter (https://hl7.org/fhir/R4/search.html#modifiers)."""


@dataclass(slots=True)
class Conditions:
    """Makes criteria of parameters; what must be asked of terminology or the store gathers in `questions`."""

    index: SearchIndex
    context: SearchContext
    questions: list[Question] = field(default_factory=list)
    literals: Literals = field(init=False)
    canonicals: Canonicals = field(init=False)

    def __post_init__(self) -> None:
        self.literals = Literals(self.context.now, self.index.read)
        self.canonicals = Canonicals(self.index, self.context, self.questions)

    def condition(self, types: Types, name: str, text: str, steps: int = 0) -> Criterion:
        """What resources of `types` must meet. Raises NotUnderstood for the name, RequestRefused for the value."""
        if steps > self.context.limits.steps:
            raise too_much(name, f"'{name}' follows more than {self.context.limits.steps} references")
        if name.startswith("_has:"):
            return self._has(types, name, text, steps)
        head, dot, rest = name.partition(".")
        code, _, modifier = head.partition(":")
        if dot:
            return self._chain(types, code, modifier, rest, text, steps)
        if code in COMMON:
            return self._common(code, modifier, text)
        definition = self.definition(types, code)
        return self._match(types, definition, modifier, text, name)

    def definition(self, types: Types, code: str) -> SearchDefinition:
        """The parameter of this code that all the types have. Raises NotUnderstood."""
        found = self.index.parameters(types[0]).get(code)
        if found is not None and len(types) > 1:
            others = (self.index.parameters(each).get(code) for each in types[1:])
            found = found if all(other is not None and other.type == found.type for other in others) else None
        if found is None:
            raise not_understood(code, f"{_listed(types)} cannot be searched by '{code}'{self._nearest(types, code)}")
        check_indexed(self.index, types, (code,))
        return found

    def _nearest(self, types: Types, code: str) -> str:
        known = set(self.index.parameters(types[0])).intersection(*(self.index.parameters(each) for each in types[1:]))
        return nearest(code, [*sorted(known), *COMMON])

    # values

    def alternatives(self, text: str, name: str) -> list[str]:
        """The values between commas, still escaped. Raises RequestRefused where there are too many."""
        parts = split(text, ",")
        most = self.context.limits.alternatives
        if len(parts) > most:
            raise too_much(name, f"'{name}' has {len(parts)} values; at most {most} are allowed")
        return parts

    def _match(self, types: Types, definition: SearchDefinition, modifier: str, text: str, name: str) -> Criterion:
        code = definition.code
        parts = self.alternatives(text, name)
        if not modifier:
            return Match(code, tuple(self.literals.test(definition, each, name) for each in parts))
        if modifier == "missing":
            return _missing(code, text, name)
        if definition.type == "reference" and modifier[:1].isupper():
            wanted = self._type(modifier, name)
            return Match(code, tuple(self.literals.reference(each, name, wanted) for each in parts))
        if modifier not in MODIFIERS[definition.type]:
            known = MODIFIERS[definition.type]
            raise not_understood(
                code, f"'{code}' is a {definition.type} and has no modifier ':{modifier}'{nearest(modifier, known)}"
            )
        if definition.type == "token":
            return self._token(types, code, modifier, parts, name)
        make = _MODIFIED[definition.type, modifier]
        return Match(code, tuple(make(self.literals, each, name) for each in parts))

    def _token(self, types: Types, code: str, modifier: str, parts: Sequence[str], name: str) -> Criterion:
        match modifier:
            case "not":
                return Not(Match(code, tuple(self.literals.token(each, name) for each in parts)))
            case "text":
                return Match(code, tuple(TokenTextTest(fold(unescape(each))) for each in parts))
            case "of-type":
                return Match(code, tuple(self.literals.token_of_type(each, name) for each in parts))
            case "not-in":
                return Not(Some(tuple(self.codes(types, code, "in", each) for each in parts)))
            case "above":
                return Some(tuple(self.codes(types, code, "above", each) for each in parts))
            case "below":
                return Some(tuple(self.codes(types, code, "below", each) for each in parts))
            case _:
                return Some(tuple(self.codes(types, code, "in", each) for each in parts))

    def codes(self, types: Types, code: str, relation: Relation, text: str) -> Criterion:
        """A code of a value set, or above or below a code; nothing until terminology has been asked."""
        question = CodeQuestion(relation, unescape(text), types, code)
        known = self.context.answers.get(question)
        if known is None:
            self.questions.append(question)
            return Some()
        return Match(code, tuple(known)) if known else Some()

    def _common(self, code: str, modifier: str, text: str) -> Criterion:
        if modifier and not (code == "_id" and modifier == "not"):
            raise not_understood(code, f"'{code}' has no modifier ':{modifier}'")
        parts = self.alternatives(text, code)
        match code:
            case "_id":
                found = WithId(frozenset(map(unescape, parts)))
                return Not(found) if modifier else found
            case "_lastUpdated":
                return _some([Updated(self.literals.date(each, code)) for each in parts])
            case "_list":
                return self._list(parts)
            case "_has":
                raise not_understood(
                    code, "'_has' is to be followed by a type, a reference and a parameter, with colons"
                )
            case _ if not self.index.with_text:
                raise not_understood(code, f"'{code}' is switched off on this server")
            case _:
                return Match(code, tuple(text_test(each, code) for each in parts))

    def _list(self, parts: Sequence[str]) -> Criterion:
        functional = [each for each in parts if each.startswith("$")]
        if functional:
            raise not_understood("_list", f"'_list' is '{functional[0]}'; only lists that have an id are known here")
        return Has("List", "item", WithId(frozenset(unescape(each).removeprefix("List/") for each in parts)))

    # references

    def _has(self, types: Types, name: str, text: str, steps: int) -> Criterion:
        """`_has:Observation:patient:code`, what follows the third colon being a parameter in its own right."""
        parts = name.split(":", 3)
        if len(parts) < 4 or not all(parts):
            raise not_understood("_has", f"'{name}' is incomplete; expected _has:Type:reference:parameter")
        _, resource_type, code, rest = parts
        sources, at = (self._type(resource_type, name),), len(self.questions)
        self._reference(sources, code, name)
        inner = self.condition(sources, rest, text, steps + 1)
        return self.canonicals.has(types, resource_type, code, inner, is_known=len(self.questions) == at)

    def _chain(self, types: Types, code: str, modifier: str, rest: str, text: str, steps: int) -> Criterion:
        """`subject:Patient.name`; without a type, all that the reference may lead to and that have the parameter."""
        definition = self._reference(types, code, f"{code}.{rest}")
        if modifier:
            targets: Sequence[str] = (self._type(modifier, f"{code}:{modifier}"),)
        else:
            targets = definition.targets
        made: dict[Criterion, list[str]] = {}
        at = len(self.questions)
        failures: list[NotUnderstood] = []
        for target in targets:
            try:
                made.setdefault(self.condition((target,), rest, text, steps + 1), []).append(target)
            except NotUnderstood as failure:
                failures.append(failure)
        if not made:
            known = f" ({failures[0]})" if len(failures) == 1 else f" that {code} may lead to: {', '.join(targets)}"
            raise not_understood(code, f"'{rest}' in '{code}.{rest}' is known for no type{known}")
        chain = partial(self.canonicals.chain, types, code, is_known=len(self.questions) == at)
        return _some([chain(names, criterion) for criterion, names in made.items()])

    def _reference(self, types: Types, code: str, name: str) -> SearchDefinition:
        definition = self.definition(types, code)
        if definition.type != "reference":
            raise not_understood(code, f"'{code}' in '{name}' is a {definition.type}; expected a reference")
        return definition

    def _type(self, name: str, where: str) -> str:
        if not self.index.is_type(name):
            like = nearest(name, self.index.types)
            raise not_understood(where, f"'{name}' in '{where}' is no type of resource{like if 'did' in like else ''}")
        return name


def _missing(code: str, text: str, name: str) -> Criterion:
    if text not in ("true", "false"):
        raise wrong_value(name, f"'{name}' is '{text}'; expected true or false")
    return Missing(code) if text == "true" else Not(Missing(code))


def _some(parts: Sequence[Criterion]) -> Criterion:
    return parts[0] if len(parts) == 1 else Some(tuple(parts))


def _listed(types: Types) -> str:
    return types[0] if len(types) == 1 else f"Each of {len(types)} types"


_Make = Callable[[Literals, str, str], Test]
_MODIFIED: Mapping[tuple[str, str], _Make] = MappingProxyType(
    {
        ("string", "exact"): lambda _literals, text, _name: StringTest("exact", unescape(text)),
        ("string", "contains"): lambda _literals, text, _name: StringTest("contains", fold(unescape(text))),
        ("uri", "below"): lambda _literals, text, _name: UriTest("below", unescape(text)),
        ("uri", "above"): lambda _literals, text, _name: UriTest("above", unescape(text)),
        ("reference", "identifier"): lambda literals, text, name: ReferenceIdentifierTest(literals.token(text, name)),
    }
)
