from __future__ import annotations

import pytest

from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import CORE, PATIENT, check, element, profile

SOURCE, LANGUAGE = f"{CORE}/narrative-source-control", f"{CORE}/narrative-language-control"
HEAD = '<div xmlns="http://www.w3.org/1999/xhtml"'


def told(content: str, *controls: tuple[str, str], attributes: str = "", **more: str) -> list[Issue]:
    """What a profile finds in a narrative by the extensions `controls`, (URL, code)."""
    rows = [{"url": url, "valueCode": code} for url, code in controls]
    text = {"status": "generated", "div": f"{HEAD}{attributes}>{content}</div>"}
    resource: Resource = PATIENT | {"text": text} | more
    issues = check(resource, profile("Patient", element("Patient.text", extension=rows)))
    return [each for each in issues if each.rule.startswith("narrative-")]


def section(language: str) -> str:
    return f'<div lang="{language}" xml:lang="{language}">x</div>'


@pytest.mark.parametrize(
    "content",
    [
        '<p class="generated">a <b>b</b></p>',
        '<h1 class="x boilerplate">a</h1> <p class="additional">b</p>',
        '<p> </p><p class="original">a</p>',
    ],
)
def test_texts_tell_their_source_by_a_class(content: str) -> None:
    assert told(content, (SOURCE, "error")) == []


@pytest.mark.parametrize("content", ["a", "<p>a</p>", '<p class="generated">a</p> b', '<p class="bold"><b>a</b></p>'])
def test_a_text_of_unknown_source_is_found(content: str) -> None:
    assert [(each.severity, each.path, each.rule) for each in told(content, (SOURCE, "error"))] == [
        ("error", "Patient.text", "narrative-source")
    ]


def test_the_profile_says_how_bad_an_unknown_source_is() -> None:
    assert [each.severity for each in told("a", (SOURCE, "warning"))] == ["warning"]


def test_the_whole_narrative_may_have_one_source() -> None:
    assert told("a", (SOURCE, "error"), attributes=' class="generated"') == []


@pytest.mark.parametrize(
    ("code", "content", "severities"),
    [
        ("_no", "a", []),
        ("_no", section("en"), ["error"]),
        ("_yes", section("en"), []),
        ("_yes", "a", ["error"]),
        ("_resource", section("de") + section("en"), []),
        ("_resource", section("de"), ["error"]),
        ("_resource", "a", ["warning"]),
        ("de", section("de"), []),
        ("de", section("en"), ["error"]),
        ("de", "a", ["warning"]),
    ],
)
def test_the_profile_says_which_languages_have_a_section(code: str, content: str, severities: list[str]) -> None:
    assert [each.severity for each in told(content, (LANGUAGE, code), language="en")] == severities


def test_two_languages_may_be_asked_for() -> None:
    asked = ((LANGUAGE, "de"), (LANGUAGE, "en"))
    assert told(section("de") + section("en"), *asked) == []
    assert [each.severity for each in told(section("de"), *asked)] == ["error"]


def test_a_narrative_that_cannot_be_read_is_left_to_other_checks() -> None:
    assert told("<p>", (SOURCE, "error")) == []
