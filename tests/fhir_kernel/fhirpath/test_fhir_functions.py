"""FHIR's own functions."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import Node
from fhir_kernel.fhirpath.html import is_good_html

_DEFINITION = "http://hl7.org/fhir/StructureDefinition/"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("birthDate.extension('http://example.org/time').value.exists()", [True]),
        ("birthDate.extension('http://example.org/other').exists()", [False]),
        ("birthDate.hasValue()", [True]),
        ("name.hasValue()", [False]),
        ("name[0].hasValue()", [False]),
        ("gender.getValue() is System.String", [True]),
        ("managingOrganization.resolve().name", ["Hospital"]),
        ("managingOrganization.resolve() is Organization", [True]),
        ("'#'.resolve().id", ["wang"]),
        ("'Patient/unknown'.resolve()", []),
        (f"conformsTo('{_DEFINITION}Patient')", [True]),
        (f"conformsTo('{_DEFINITION}Person')", [False]),
        ("gender.memberOf('http://example.org/vs')", []),
        ("checkModifiers('http://example.org/a').id", ["wang"]),
    ],
)
def test_fhir_functions(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_an_unknown_profile_is_an_error(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="not known"):
        run("conformsTo('http://example.org/unknown')")


def test_the_surroundings_answer_what_the_engine_cannot_know(run: Any) -> None:
    def resolve(reference: str, origin: Node) -> dict[str, Any] | None:
        return {"resourceType": "Organization", "name": f"{reference} from {origin.type}"}

    assert run("'Organization/1'.resolve().name", resolve=resolve) == ["Organization/1 from string"]
    assert run("gender.memberOf('vs')", member_of=lambda node, url: node.value == "male") == [True]
    assert run("conformsTo('p')", conforms_to=lambda node, url: url == "p") == [True]
    subsumes = {"subsumes": lambda a, b: a.value["code"] < b.value["code"]}
    concept = {"resourceType": "Observation", "code": {"coding": [{"code": "a"}, {"code": "b"}]}}
    assert run("code.coding[0].subsumes(code.coding[1])", concept, **subsumes) == [True]
    assert run("code.coding[0].subsumedBy(code.coding[1])", concept, **subsumes) == [False]


@pytest.mark.parametrize(
    ("html", "is_good"),
    [
        ("<div xmlns='http://www.w3.org/1999/xhtml'><p>text</p></div>", True),
        ("<div><img src='#a'/></div>", True),
        ("<div>a&nbsp;b</div>", True),
        ("<div>  </div>", False),
        ("<p>text</p>", False),
        ("<div><script>x</script></div>", False),
        ("<div onclick='x'>text</div>", False),
        ("<div>text", False),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><div>text</div>", False),
    ],
)
def test_html_is_checked_by_elements_attributes_and_content(html: str, is_good: bool) -> None:
    assert is_good_html(html) is is_good
