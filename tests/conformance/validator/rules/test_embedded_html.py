"""HTML where none belongs."""

from __future__ import annotations

import pytest

from conformance.validator.rules.embedded_html import contains_html, html_in_markdown


@pytest.mark.parametrize("text", ["a <script>b", "<br/>", "</p>", '<a href="x">', "<!-- a", "<!DOCTYPE x>", "<?xml"])
def test_a_tag_is_html(text: str) -> None:
    assert contains_html(text)


@pytest.mark.parametrize("text", ["", "a < b", "a<b", "x <3", "<1>", "5 <6> 7", "a > b", "< p >"])
def test_a_bare_angle_bracket_is_no_html(text: str) -> None:
    assert not contains_html(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<resource type>\\<id>", "<r"),
        ("a <b>bold</b>", "<b"),
        ("\\<id>", None),
        ("`<id>` and ```\n<p>\n```", None),
        ("see <https://example.org> or <a@example.org>", None),
        ("a < b", None),
        ("plain", None),
    ],
)
def test_code_escapes_and_autolinks_in_markdown_are_no_html(text: str, expected: str | None) -> None:
    assert html_in_markdown(text) == expected
