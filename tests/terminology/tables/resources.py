"""CodeSystem resources of any shape, and the rows of which an index is built."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from fhir_kernel.resource import Resource
from terminology.tables.edges import Edges
from terminology.tables.index_build import ConceptRow, build_index
from terminology.tables.index_open import IndexedTable, open_index
from terminology.tables.memory import nested_concepts

CODES = ("A", "a", "B", "b", "ss", "ß", "1", "01", "甲", "Ａ", "x y", "É")
TEXTS = st.text("abAB肝炎Ａß \n", max_size=7)
VALUES = st.one_of(
    st.booleans().map(lambda value: {"valueBoolean": value}),
    st.sampled_from(("retired", "deprecated", "active")).map(lambda value: {"valueCode": value}),
    st.sampled_from(CODES).map(lambda value: {"valueCode": value}),
    st.integers(0, 3).map(lambda value: {"valueInteger": value}),
    st.sampled_from(("1", "2")).map(lambda code: {"valueCoding": {"system": "http://s", "version": "1", "code": code}}),
)
PROPERTIES = st.builds(
    lambda code, value: {"code": code, **value},
    st.sampled_from(("inactive", "status", "notSelectable", "abstract", "parent", "child", "kind", "off")),
    VALUES,
)
DECLARED = st.sampled_from(
    (
        {"code": "off", "uri": "http://hl7.org/fhir/concept-properties#inactive"},
        {"code": "kind", "uri": "http://hl7.org/fhir/concept-properties#notSelectable"},
        {"code": "kind", "uri": "http://hl7.org/fhir/concept-properties#parent"},
        {"code": "status", "type": "code"},
    )
)


def _concept(below: st.SearchStrategy[list[Resource]]) -> st.SearchStrategy[Resource]:
    return st.fixed_dictionaries(
        {"code": st.sampled_from(CODES), "concept": below},
        optional={
            "display": TEXTS,
            "designation": st.lists(st.fixed_dictionaries({"value": TEXTS}), max_size=2),
            "property": st.lists(PROPERTIES, max_size=3),
        },
    )


CONCEPTS = st.recursive(_concept(st.just([])), lambda below: _concept(st.lists(below, max_size=3)), max_leaves=8)
CODE_SYSTEMS = st.fixed_dictionaries(
    {
        "resourceType": st.just("CodeSystem"),
        "url": st.just("http://example.org/codes"),
        "concept": st.lists(CONCEPTS, max_size=6),
    },
    optional={"version": st.just("1"), "property": st.lists(DECLARED, max_size=3)},
)


def rows_of(resource: Resource) -> Iterator[ConceptRow]:
    """The rows of which an index of the resource is built."""
    firsts: dict[str, tuple[Resource, str | None]] = {}
    for concept, parent in nested_concepts(resource):
        firsts.setdefault(concept["code"], (concept, parent))
    for (concept, _), parents in zip(firsts.values(), Edges.declared_by(resource).parents(firsts), strict=True):
        yield ConceptRow({name: value for name, value in concept.items() if name != "concept"}, tuple(parents))


def indexed(resource: Resource, folder: Path) -> IndexedTable:
    """The resource as a table in a file."""
    header: dict[str, Any] = {name: value for name, value in resource.items() if name != "concept"}
    return open_index(build_index(header, rows_of(resource), folder).path)
