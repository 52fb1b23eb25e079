"""Selectors of XML Patch: the part of XPath that names one node (RFC 5261, section 4.1).

A path of element names, each with predicates, that may end in an attribute or in text. Names without a prefix are in
the default namespace, unlike XPath 1.0 has it (section 4.2.1). It is walked here rather than handed to an XPath engine,
which could be kept busy by a short expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from fhir_kernel.codec.xml_tree import Element
from fhir_kernel.errors import CodecError, LimitExceeded

_NAME = r"[^\W\d][\w.-]*"
_STEP = re.compile(rf"(?P<at>@)?(?:(?P<prefix>{_NAME}):)?(?P<name>{_NAME}|\*)|(?P<text>text\(\))")
_TEXT = re.compile(r"text\(\)")
_PREDICATE = re.compile(
    r"\[\s*(?:(?P<index>[1-9][0-9]{0,8})|(?P<path>[^\]='\"]+?)\s*=\s*(?P<value>'[^']*'|\"[^\"]*\"))\s*\]"
)
_EXAMPLE = "expected one such as 'f:Patient/f:name[1]/f:family/@value'"


@dataclass(frozen=True, slots=True)
class Predicate:
    """By place among those selected so far, from 1, or by the value of what a path leads to; no path: the element."""

    index: int = 0
    path: tuple[Step, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `name` is as lxml writes it, `{namespace}local`; `*` is any; of text it is empty."""

    kind: Literal["element", "attribute", "text"]
    name: str
    predicates: tuple[Predicate, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A node that a selector names: an element, an attribute of it by name, or the text after its child `child`."""

    kind: Literal["element", "attribute", "text"]
    element: Element
    name: str = ""
    child: Element | None = None
    """Of text: the child that it follows, None where it is at the beginning."""


class Walk:
    """What selectors may still go through."""

    def __init__(self, max_steps: int) -> None:
        self._left = max_steps

    def spend(self, steps: int) -> None:
        """Count nodes. Raises LimitExceeded."""
        self._left -= steps
        if self._left < 0:
            raise LimitExceeded("the selectors of the patch go through more elements than is allowed")


def parse_selector(text: str, namespaces: Mapping[str | None, str]) -> tuple[Step, ...]:
    """The steps of a selector; the namespace of None is that of names without a prefix. Raises CodecError."""
    if "//" in text:
        raise CodecError(f"the selector '{text}' has '//', which XML Patch does not allow; {_EXAMPLE}")
    steps = tuple(_steps(text.strip().removeprefix("/"), namespaces, text))
    if not steps or steps[0].kind != "element":
        raise CodecError(f"the selector '{text}' does not begin at the root element; {_EXAMPLE}")
    return steps


def select(root: Element, steps: Sequence[Step], walk: Walk) -> list[Target]:
    """Every node that the steps lead to. Raises LimitExceeded."""
    found = [Target("element", root)] if steps[0].name in ("*", root.tag) else []
    found = _filtered(found, steps[0].predicates, walk)
    for step in steps[1:]:
        found = [each for target in found for each in _children(target, step, walk)]
    return found


def string_value(target: Target) -> str:
    """The text of a node, as XPath's string() has it."""
    if target.kind == "attribute":
        return str(target.element.get(target.name))
    if target.kind == "text":
        return (target.element.text if target.child is None else target.child.tail) or ""
    return "".join(str(each) for each in target.element.itertext())


def _steps(text: str, namespaces: Mapping[str | None, str], whole: str) -> Iterator[Step]:
    at, is_last = 0, False
    while at < len(text):
        if is_last:
            raise CodecError(f"the selector '{whole}' goes on after an attribute or text; {_EXAMPLE}")
        match = _TEXT.match(text, at) or _STEP.match(text, at)
        if match is None:
            raise CodecError(f"the selector '{whole}' cannot be used from '{text[at:]}' on; {_EXAMPLE}")
        at = match.end()
        predicates: list[Predicate] = []
        while at < len(text) and text[at] == "[":
            inner = _PREDICATE.match(text, at)
            if inner is None:
                known = "a number or a path = 'value' in brackets"
                raise CodecError(f"the selector '{whole}' has at '{text[at:]}' no predicate of XML Patch, {known}")
            predicates.append(_predicate(inner, namespaces, whole))
            at = inner.end()
        step = _step(match, tuple(predicates), namespaces, whole)
        is_last = step.kind != "element"
        yield step
        if at < len(text):
            if text[at] != "/" or at + 1 == len(text):
                raise CodecError(f"the selector '{whole}' cannot be used from '{text[at:]}' on; {_EXAMPLE}")
            at += 1


def _step(
    match: re.Match[str], predicates: tuple[Predicate, ...], namespaces: Mapping[str | None, str], whole: str
) -> Step:
    if match[0] == "text()":
        return Step("text", "", predicates)
    prefix, name = match["prefix"], match["name"]
    if prefix is not None and prefix not in namespaces:
        raise CodecError(f"the selector '{whole}' has the prefix '{prefix}', for which there is no namespace")
    if match["at"]:
        return Step("attribute", name if prefix is None else f"{{{namespaces[prefix]}}}{name}", predicates)
    return Step("element", name if name == "*" else f"{{{namespaces.get(prefix, '')}}}{name}", predicates)


def _predicate(match: re.Match[str], namespaces: Mapping[str | None, str], whole: str) -> Predicate:
    if match["index"]:
        return Predicate(index=int(match["index"]))
    path, value = match["path"].strip(), match["value"][1:-1]
    return Predicate(path=() if path == "." else tuple(_steps(path, namespaces, whole)), value=value)


def _children(target: Target, step: Step, walk: Walk) -> list[Target]:
    element = target.element
    if step.kind == "attribute":
        names = [str(each) for each in element.attrib] if step.name == "*" else [step.name]
        found = [Target("attribute", element, name) for name in names if name in element.attrib]
        walk.spend(len(names))
    elif step.kind == "text":
        children = (None, *element)
        texts = (Target("text", element, "", child) for child in children)
        found = [each for each in texts if string_value(each)]
        walk.spend(len(children))
    else:
        return _child_elements(element, step, walk)
    return _filtered(found, step.predicates, walk)


def _child_elements(element: Element, step: Step, walk: Walk) -> list[Target]:
    children: Iterator[Element] = element.iterchildren("*" if step.name == "*" else step.name)
    predicates = step.predicates
    if predicates and predicates[0].index:
        # By far the most usual selector: the others need not be looked at.
        children = islice(children, predicates[0].index - 1, predicates[0].index)
        predicates = predicates[1:]
    found = [Target("element", child) for child in children]
    walk.spend(len(found) + 1)
    return _filtered(found, predicates, walk)


def _filtered(found: list[Target], predicates: Sequence[Predicate], walk: Walk) -> list[Target]:
    for predicate in predicates:
        if predicate.index:
            found = found[predicate.index - 1 : predicate.index]
        else:
            found = [each for each in found if _holds(each, predicate, walk)]
    return found


def _holds(target: Target, predicate: Predicate, walk: Walk) -> bool:
    reached = [target]
    for step in predicate.path:
        reached = [each for one in reached for each in _children(one, step, walk)]
    return any(string_value(each) == predicate.value for each in reached)
