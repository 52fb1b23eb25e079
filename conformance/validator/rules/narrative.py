"""XHTML rules of Narrative.div (https://hl7.org/fhir/R4/narrative.html)."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from conformance.validator.rules import xhtml_tables as tables
from conformance.validator.rules.narrative_scan import is_plainly_harmless
from fhir_kernel.codec.xhtml import XHTML_NS, parse_div
from fhir_kernel.codec.xml_tree import Element
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\-]*):")
_NOT_URL = re.compile(r"[^\w;?:@&=+$.,/%\-~#\[\]!'()*|]")
_ACTIVE_STYLE = re.compile(
    r"url\s*\(\s*[\"']?(?!\s*data:)|expression\s*\(|@import|javascript:|behaviou?r\s*:|-moz-binding", re.IGNORECASE
)
_XML = "{http://www.w3.org/XML/1998/namespace}"


def check_narrative(
    div: str, path: str, resource_ids: Callable[[], Collection[str]] = tuple, language: str | None = None
) -> Iterator[Issue]:
    """Everything wrong with the XHTML `div` of the element at `path`.

    `resource_ids` is asked, only when a `#` link does not resolve within the narrative, for the ids in its resource;
    `language` is the resource's.
    """
    if language is None and is_plainly_harmless(div):
        return
    try:
        root = parse_div(div)
    except (CodecError, LimitExceeded) as error:
        yield _txt("txt-1", issue("narrative.not-well-formed", path, found=str(error)))
        return
    yield from _check(root, path, resource_ids)
    if language is not None:
        yield from _check_language(root, path, language)


def ids_in(resource: Resource) -> frozenset[str]:
    """The ids of `resource`, of what it contains and of all its elements."""
    found: set[str] = set()
    level: list[Any] = [resource]
    while level:
        node = level.pop()
        if isinstance(node, dict):
            if isinstance(node.get("id"), str):
                found.add(node["id"])
            level.extend(node.values())
        elif isinstance(node, list):
            level.extend(node)
    return frozenset(found)


def _check(root: Element, path: str, resource_ids: Callable[[], Collection[str]]) -> Iterator[Issue]:
    name = _name(root)
    if name != "div":
        yield _txt("txt-1", issue("narrative.root", path, found=name, expected="div"))
    anchors, known_ids = Counter(_anchors(root)), cache(resource_ids)
    for node in root.iter():
        if not isinstance(node.tag, str):
            if "ProcessingInstruction" in type(node).__name__:
                yield issue("narrative.instruction", path)
            continue
        yield from _check_names(node, path)
        yield from _check_place(node, path)
        yield from _check_links(node, path, anchors, known_ids)
    yield from (issue("narrative.duplicate-id", path, found=each, count=n) for each, n in anchors.items() if n > 1)
    yield from _check_content(root, path)


def _check_names(node: Element, path: str) -> Iterator[Issue]:
    namespace, _, name = node.tag.rpartition("}")
    if namespace != "{" + XHTML_NS:
        found = namespace.removeprefix("{")
        yield issue("narrative.namespace", path, name=name, found=found, expected=XHTML_NS)
    if name not in tables.ELEMENTS:
        yield _txt("txt-1", issue("narrative.element", path, found=name))
    for key in node.attrib:
        attribute = str(key).replace(_XML, "xml:")
        if attribute == "xml:space":
            yield issue("narrative.xml-space", path, name=name)
        elif attribute not in tables.ATTRIBUTES and f"{name}.{attribute}" not in tables.ELEMENT_ATTRIBUTES:
            yield _txt("txt-1", issue("narrative.attribute", path, found=attribute, name=name))
    active = _ACTIVE_STYLE.search(node.get("style", ""))
    if active:
        yield issue("narrative.external-style", path, found=active[0], place=_place(node))


def _check_place(node: Element, path: str) -> Iterator[Issue]:
    name, above = _name(node), [_name(each) for each in node.iterancestors("*")]
    if above and name in tables.PARENTS and above[0] not in tables.PARENTS[name]:
        expected = ", ".join(sorted(tables.PARENTS[name]))
        yield issue("narrative.misplaced", path, found=name, parent=above[0], place=_place(node), expected=expected)
    elif name in tables.BLOCKS and not tables.TEXT_ONLY.isdisjoint(above):
        parent = next(each for each in above if each in tables.TEXT_ONLY)
        yield issue("narrative.block-in-text", path, found=name, parent=parent, place=_place(node))
    elif name in tables.PARAGRAPH_BLOCKS and "p" in above:
        yield issue("narrative.block-in-text", path, found=name, parent="p", place=_place(node))
    elif name in tables.INLINE and name in above:
        yield issue("narrative.inside-itself", path, found=name, place=_place(node))
    if name in tables.CHILDREN:
        yield from _check_children(node, name, path)


def _check_children(node: Element, name: str, path: str) -> Iterator[Issue]:
    allowed = tables.CHILDREN[name]
    foreign = [_name(each) for each in node.iterchildren("*") if _name(each) not in allowed | tables.PARENTS.keys()]
    texts = [node.text, *(each.tail for each in node)]
    if any(text and text.strip() for text in texts):
        foreign.append("text")
    if foreign:
        expected = ", ".join(sorted(allowed)) or "nothing"
        found = ", ".join(foreign)
        yield issue("narrative.content", path, name=name, place=_place(node), found=found, expected=expected)


def _check_links(
    node: Element, path: str, anchors: Collection[str], resource_ids: Callable[[], Collection[str]]
) -> Iterator[Issue]:
    for attribute, schemes in (("href", tables.LINK_SCHEMES), ("src", tables.IMAGE_SCHEMES)):
        url = node.get(attribute)
        if url is None:
            continue
        scheme, reason = _SCHEME.match(url), _bad_url(url)
        if reason:
            found, expected = reason
            yield issue(
                "narrative.link-invalid", path, url=url[:80], place=_place(node), found=found, expected=expected
            )
        elif scheme and scheme[1].lower() not in schemes:
            known, shown = ", ".join(schemes), {"place": _place(node), "text": _link_text(node)}
            yield issue("narrative.link-scheme", path, found=scheme[1], url=url, expected=known, **shown)
        elif url.startswith("#") and url[1:] and url[1:] not in anchors and url[1:] not in resource_ids():
            issue_id = "narrative.link-unresolved" if attribute == "href" else "narrative.image-unresolved"
            yield issue(issue_id, path, found=url, place=_place(node), text=_link_text(node))


def _bad_url(url: str) -> tuple[str, str] | None:
    """What is wrong with `url` and what was expected."""
    if not url.strip():
        return "it is empty", "a URL"
    if url.startswith("data:"):
        return _bad_data_url(url)
    odd = sorted({repr(each) for each in _NOT_URL.findall(url)})
    return (f"it holds {', '.join(odd)}", "only characters that a URL may hold") if odd else None


def _bad_data_url(url: str) -> tuple[str, str] | None:
    head, comma, body = url[5:].partition(",")
    if not comma or "," in body:
        return "it has no single comma", "data:TYPE;base64,DATA"
    if head.endswith(";base64"):
        try:
            base64.b64decode("".join(body.split()), validate=True)
        except binascii.Error:
            return "its data is not base64", "base64 after the comma"
    return None


def _check_content(root: Element, path: str) -> Iterator[Issue]:
    images = (each for each in root.iter(f"{{{XHTML_NS}}}img") if each.get("src"))
    if next(images, None) is None and not _text(root).strip():
        yield _txt("txt-2", issue("narrative.empty", path))
    sections = [each for each in root.iterchildren("*") if _name(each) == "div" and each.get(_XML + "lang")]
    others = (each for each in root.iterchildren("*") if each not in sections)
    outside = [root.text or "", *(_text(each) for each in others), *(each.tail or "" for each in root)]
    if sections and "".join(outside).strip():
        languages = ", ".join(sorted({each.get(_XML + "lang", "") for each in sections}))
        yield issue("narrative.mixed-language", path, found=languages)


def _check_language(root: Element, path: str, language: str) -> Iterator[Issue]:
    pairs = [(each.get("lang"), each.get(_XML + "lang")) for each in (root, *root.iterchildren("*"))]
    if (language, language) not in pairs:
        found = next((f"'{plain or xml}'" for plain, xml in pairs if plain or xml), "not given")
        yield issue("narrative.language", path, found=found, expected=language)


def _anchors(root: Element) -> Iterator[str]:
    for node in root.iter("*"):
        own = {node.get("id"), node.get("name") if _name(node) in ("a", "map") else None}
        yield from (each for each in own if each)


def _place(node: Element) -> str:
    return "/".join([_name(each) for each in (node, *node.iterancestors("*"))][::-1])


def _link_text(node: Element) -> str:
    return " ".join(_text(node).split())[:80]


def _text(node: Element) -> str:
    return str(node.xpath("string()"))


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _txt(key: str, found: Issue) -> Issue:
    return replace(found, rule=key, element="Narrative.div")
