"""XHTML rules of narratives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validator.rules.narrative import check_narrative, ids_in
from conformance.validator.rules.narrative_scan import is_plainly_harmless

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def found(content: str, ids: tuple[str, ...] = (), language: str | None = None) -> list[str]:
    return found_in(f"<div {XHTML}>{content}</div>", ids, language)


def found_in(div: str, ids: tuple[str, ...] = (), language: str | None = None) -> list[str]:
    issues = list(check_narrative(div, "Patient.text.div", lambda: ids, language))
    assert all(each.text() and each.text("zh") for each in issues)
    return [each.id.removeprefix("narrative.") for each in issues]


@pytest.mark.parametrize(
    "content",
    [
        "a",
        "<p>a <b>b</b><br/>c</p>",
        "a&nbsp;b &amp; c &reg;",
        "<!-- c -->a",
        '<table border="1"><caption>c</caption><thead><tr><th>a</th></tr></thead></table>',
        "<table><tr><td>a</td></tr><tbody><tr><td>b</td></tr></tbody></table>",
        "<ul><li>a<ul><li>b</li></ul></li></ul><dl><dt>a</dt><dd>b</dd></dl>",
        '<img src="data:image/png;base64,AAAA" alt="x"/>',
        '<a name="x"></a><a href="#x">to x</a> <a href="#y">to y</a><h1 id="y">y</h1>',
        '<a href="https://example.org/a?b=c">x</a><a href="mailto:a@example.org">y</a><a href="Patient/1">z</a>',
        '<p style="color: red" class="c" xml:lang="en" lang="en" title="t">a</p>',
        "<blockquote><p>a</p><div>b</div></blockquote>",
        "<p>一</p>",
    ],
)
def test_the_allowed_subset_is_accepted(content: str) -> None:
    assert found(content) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a<script>x</script>", ["element"]),
        ("a<form><input/></form>", ["element", "element"]),
        ("a<iframe src=\"https://example.org\"/>", ["element"]),
        ('<p onclick="x()">a</p>', ["attribute"]),
        ('<a href="https://example.org" target="_blank">a</a>', ["attribute"]),
        ("<p>a<div>b</div></p>", ["block-in-text"]),
        ("<b>a<table><tr><td>b</td></tr></table></b>", ["block-in-text"]),
        ("<p>a<blockquote>b</blockquote></p>", ["block-in-text"]),
        ("<b>a<i><b>b</b></i></b>", ["inside-itself"]),
        ("<td>a</td>", ["misplaced"]),
        ("<table><tr>a</tr></table>", ["content"]),
        ("<ul><p>a</p></ul>", ["content"]),
        ("a<br>b</br>", ["content"]),
        ("", ["empty"]),
        (" \n<p> </p><!-- a -->", ["empty"]),
        ("<!-- a -->b", []),
        ('<a href="#x">a</a>', ["link-unresolved"]),
        ('<a href="urn:uuid:1">a</a>', ["link-scheme"]),
        ('<a href="javascript:alert(1)">a</a>', ["link-scheme"]),
        ('<a href="">a</a>', ["link-invalid"]),
        ('<a href="http://a b">a</a>', ["link-invalid"]),
        ('a<img src="data:image/png;base64,A*"/>', ["link-invalid"]),
        ('a<img src="#i"/>', ["image-unresolved"]),
        ('<p id="a">a</p><p id="a">b</p>', ["duplicate-id"]),
        ('<p style="background: url(https://example.org/x)">a</p>', ["external-style"]),
        ('<pre xml:space="preserve">a</pre>', ["xml-space"]),
        ("a<?x y?>", ["instruction"]),
        ('<p xmlns="urn:x">a</p>', ["namespace"]),
        ("a<b>", ["not-well-formed"]),
        ("a&nosuch;", ["not-well-formed"]),
        ("a\x01", ["not-well-formed"]),
        ('<div xml:lang="en">a</div>b', ["mixed-language"]),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_told(content: str, expected: list[str]) -> None:
    assert found(content) == expected


@pytest.mark.parametrize(
    ("div", "expected"),
    [
        (f"<p {XHTML}>a</p>", ["root"]),
        ("<div>a</div>", ["namespace"]),
        (f'<!DOCTYPE x [<!ENTITY a "b">]><div {XHTML}>&a;</div>', ["not-well-formed"]),
        ("", ["not-well-formed"]),
        (f"<div {XHTML}>\ud800</div>", ["not-well-formed"]),
        (f"<?xml version='1.0'?>\n<div {XHTML}>a</div>\n", []),
        ("<x:div xmlns:x='http://www.w3.org/1999/xhtml'>a</x:div>", []),
    ],
)
def test_the_root_is_a_div_of_xhtml(div: str, expected: list[str]) -> None:
    assert found_in(div) == expected


def test_a_link_may_lead_to_an_id_in_the_resource() -> None:
    resource = {"id": "p", "contained": [{"id": "c"}], "name": [{"id": "n", "_given": [None, {"id": "g"}]}]}
    assert ids_in(resource) == {"p", "c", "n", "g"}
    assert found('<a href="#c">c</a><img src="#g"/>', tuple(ids_in(resource))) == []


def test_the_language_of_the_resource_stands_in_both_attributes() -> None:
    assert found_in(f'<div {XHTML} lang="en" xml:lang="en">a</div>', language="en") == []
    assert found_in(f'<div {XHTML} lang="en">a</div>', language="en") == ["language"]
    assert found("a", language="en") == ["language"]


def test_the_issue_names_the_invariant_the_path_and_the_place() -> None:
    (issue,) = check_narrative(f"<div {XHTML}>a<script>x</script></div>", "Patient.text.div")
    assert (issue.rule, issue.path, issue.severity) == ("txt-1", "Patient.text.div", "error")
    (issue,) = check_narrative(f'<div {XHTML}><p><a href="#x">to x</a></p></div>', "Patient.text.div")
    assert "'#x' at 'div/p/a' for 'to x'" in issue.text()
    assert "#x" in issue.text("zh")


def test_deep_nesting_is_told_without_a_crash() -> None:
    assert found("<div>" * 5000 + "a" + "</div>" * 5000) == ["not-well-formed"]


_PIECES = (
    "<p>", "</p>", "<b>", "</b>", "<br/>", "<td>", "</td>", "<tr>", "</tr>", "<table>", "</table>", "<ul>", "</ul>",
    "<li>", "</li>", "<div>", "</div>", "a", " ", "&amp;", "&", "<", '<a href="#x">', '<a href="http://x">', "</a>",
    "<script>", "<span>", "</span>", "<!-- -->", '<p style="a">', '<p style="url(x)">', "\x01",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14))
def test_what_the_quick_look_accepts_has_no_fault(pieces: list[str]) -> None:
    div = f"<div {XHTML}>{''.join(pieces)}</div>"
    if is_plainly_harmless(div):
        assert not list(check_narrative(f"<?xml version='1.0'?>{div}", "x"))


def test_the_quick_look_takes_linear_time() -> None:
    assert not is_plainly_harmless(f"<div {XHTML}>" + "a&amp; " * 50_000 + "<")
    assert not is_plainly_harmless(f"<div {XHTML}>" + '<p class="a" ' * 20_000)


@pytest.mark.parametrize(
    "content",
    [
        '<a href="formats.html#table" title="Says &quot;x&quot;">a</a>',
        '<p style="background: url(data:image/png;base64,AAAA)">a</p>',
        '<p>a<a href="b.html"><img src="c.png" alt="c"/></a><img src="data:image/png;base64,QQ=="/></p>',
        "<p><b><i><span>a</span></i></b></p>",
    ],
)
def test_the_quick_look_knows_what_published_definitions_use(content: str) -> None:
    assert is_plainly_harmless(f"<div {XHTML}>{content}</div>")
    assert found(content) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<p class="a" class="b">a</p>', ["not-well-formed"]),
        ('<p title="\x01">a</p>', ["not-well-formed"]),
        ("a\x0b", ["not-well-formed"]),
        ('<p style="Behaviour: x">a</p>', ["external-style"]),
        ('<p style="color: JavaScript:x()">a</p>', ["external-style"]),
        ('<p style="a: url(b.png)">a</p>', ["external-style"]),
        ('a<img src="data:image/png;base64,AAA"/>', ["link-invalid"]),
        ('<a href="x:y">a</a>', ["link-scheme"]),
        ("&nbsp;", ["empty"]),
        ("<b><i><b>a</b></i></b>", ["inside-itself"]),
        ("<p>a<br>b</br></p>", ["content"]),
        ("<p>a</p", ["not-well-formed"]),
        ("a</div><p>b</p>", ["not-well-formed"]),
    ],
)
def test_the_quick_look_is_not_deceived(content: str, expected: list[str]) -> None:
    assert found(content) == expected
