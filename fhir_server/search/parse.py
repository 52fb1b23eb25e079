"""The text of a search to a query (https://hl7.org/fhir/R4/search.html)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fhir_kernel.resource import Resource
from fhir_kernel.store.criteria import All, Criterion, Query
from fhir_server.exchange import Pairs
from fhir_server.search.canonicals import Within, answered
from fhir_server.search.conditions import Conditions, Types
from fhir_server.search.context import (
    CanonicalQuestion,
    CodeSets,
    NotUnderstood,
    Question,
    SearchContext,
    Tokens,
    not_understood,
    too_much,
    wrong_value,
)
from fhir_server.search.controls import CONTROLS, Controls, Include, Setting
from fhir_server.search.filter import Filters
from fhir_server.search.index import SearchIndex
from fhir_server.search.indexed import check_indexed

PAGE_PARAMETER = "_page"
"""Of links to further pages; what it says is read in `fhir_server.search.page`."""

_PASSED_OVER = frozenset({"_format", "_pretty", PAGE_PARAMETER})


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """A search as it was understood."""

    query: Query
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    summary: str = "false"
    elements: frozenset[str] = frozenset()
    total: str = "none"
    self_pairs: Pairs = ()
    """What was understood, for the self link."""
    remarks: tuple[Resource, ...] = ()
    """Issues about what was passed over, where the search is lenient."""
    questions: tuple[Question, ...] = ()
    """What terminology or the store must be asked first; without the answers the query finds too little."""


def _all_of_it(query: Query) -> Query:
    return query


async def understand_search(
    index: SearchIndex,
    types: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    context: SearchContext,
    codes: CodeSets,
    store: Tokens,
    within: Within = _all_of_it,
) -> ParsedSearch:
    """The search with every question answered, those about canonicals by what `within` leaves. Raises RequestRefused.

    An answer may be needed to ask the next question, as where a chain leads on from a canonical to another.
    """
    while (parsed := parse_search(index, types, pairs, context)).questions:
        answers, canonicals = dict(context.answers), dict(context.canonicals)
        for each in parsed.questions:
            if isinstance(each, CanonicalQuestion):
                canonicals[each] = await answered(each, index, store, context.limits, within)
            else:
                answers[each] = await codes.tests(each, store)
        context = replace(context, answers=answers, canonicals=canonicals)
    return parsed


def parse_search(
    index: SearchIndex, types: Sequence[str], pairs: Sequence[tuple[str, str]], context: SearchContext
) -> ParsedSearch:
    """The search of `types` that names and values, decoded, ask for. Empty values are passed over.

    Raises RequestRefused (400): it names the parameter, what was found, and the nearest of what is known.
    """
    if len(pairs) > context.limits.parameters:
        raise too_much("", f"the search has {len(pairs)} parameters; at most {context.limits.parameters} are allowed")
    return _Parser(index, context).parse(tuple(types), pairs)


class _Parser:
    """Takes in one parameter after the other."""

    def __init__(self, index: SearchIndex, context: SearchContext) -> None:
        self._conditions = Conditions(index, context)
        self._filters = Filters(self._conditions)
        self._context = context
        self._controls = Controls(context.limits.page)
        self._parts: list[Criterion] = []
        self._remarks: list[Resource] = []
        self._understood: list[tuple[str, str]] = []

    def parse(self, types: Types, pairs: Sequence[tuple[str, str]]) -> ParsedSearch:
        asked = [(name, text) for name, text in pairs if text and name not in _PASSED_OVER]
        types = self._narrowed(types, asked)
        if self._context.compartment is not None:
            self._parts.append(self._in_compartment(types))
        for name, text in asked:
            try:
                self._take(types, name, text)
            except NotUnderstood as failure:
                if not self._context.lenient:
                    raise
                self._remarks += [{**each, "severity": "warning"} for each in failure.issues]
            else:
                self._understood.append((name, text))
        return self._parsed(types)

    def _take(self, types: Types, name: str, text: str) -> None:
        if len(text) > self._context.limits.value_length:
            raise too_much(name, f"'{name}' has {len(text)} characters; at most {self._context.limits.value_length}")
        base, _, modifier = name.partition(":")
        if base in CONTROLS:
            if modifier and base not in ("_include", "_revinclude"):
                raise not_understood(base, f"'{base}' has no modifier ':{modifier}'")
            CONTROLS[base](self._controls, Setting(types, base, modifier, text, self._conditions))
        elif name == "_filter":
            self._parts.append(self._filters.criterion(types, text))
        elif name != "_type":
            self._parts.append(self._conditions.condition(types, name, text))

    def _narrowed(self, types: Types, asked: Sequence[tuple[str, str]]) -> Types:
        """The types that `_type` leaves."""
        for name, text in asked:
            if name == "_type":
                wanted = text.split(",")
                wrong = [each for each in wanted if each not in types]
                if wrong:
                    searched = types[0] if len(types) == 1 else "a type of resource"
                    raise wrong_value("_type", f"'_type' names '{wrong[0]}'; expected {searched}")
                types = tuple(each for each in types if each in wanted)
        return types

    def _in_compartment(self, types: Types) -> Criterion:
        key = self._context.compartment
        assert key is not None
        compartment = self._conditions.index.compartments.get(key.type)
        if compartment is None:
            raise not_understood("", f"there is no compartment of a {key.type}")
        for each in types:
            check_indexed(self._conditions.index, (each,), compartment.parameters.get(each, ()))
        return compartment.criterion(types, key.id)

    def _parsed(self, types: Types) -> ParsedSearch:
        controls = self._controls
        counts_only = controls.summary == "count" or controls.count == 0
        query = Query(
            types=types,
            criterion=self._parts[0] if len(self._parts) == 1 else All(tuple(self._parts)),
            sort=controls.sort,
            count=0 if counts_only else controls.count,
            total=counts_only or controls.total != "none",
        )
        return ParsedSearch(
            query=query,
            includes=controls.includes,
            revincludes=controls.revincludes,
            summary="count" if counts_only else controls.summary,
            elements=controls.elements,
            total="accurate" if counts_only else controls.total,
            self_pairs=tuple(self._understood),
            remarks=tuple(self._remarks),
            questions=tuple(dict.fromkeys(self._conditions.questions)),
        )
