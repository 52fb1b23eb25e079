"""XML Patch: operations on the XML of a resource (RFC 5261, as application/xml-patch+xml of RFC 7351).

The XML of a resource has no white space and comments between elements, so that selectors see elements alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.codec.xhtml import FHIR_NS
from fhir_kernel.codec.xml_codec import read_xml, to_xml
from fhir_kernel.codec.xml_location import local_name, split_tag
from fhir_kernel.codec.xml_selector import Step, Target, Walk, parse_selector, select
from fhir_kernel.codec.xml_stream import line_of
from fhir_kernel.codec.xml_tree import Element, parse_tree
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.resource import Resource

PATCH_NS = "urn:ietf:rfc:7351"
ROOTS = ("diff", "patch")
_DOCUMENT = "document"
"""The parent of the root while it is worked on, so that it can be replaced like any element."""
_POSITIONS = ("", "prepend", "before", "after")
_WHITE_SPACE = ("", "before", "after", "both")
_HARMLESS = frozenset(("xml.schema-location", "xml.out-of-order"))


@dataclass(frozen=True, slots=True)
class XmlOperation:
    """One operation: `add`, `replace` or `remove`, on what `steps` select."""

    name: str
    selector: str
    steps: tuple[Step, ...]
    element: Element
    """With the new content."""

    def __str__(self) -> str:
        return f'<{self.name} sel="{self.selector}">'


def is_xml_patch(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> bool:
    """Whether the root element is that of a patch. Raises CodecError where `data` is no XML, LimitExceeded."""
    return split_tag(parse_tree(data, limits).tag)[1] in ROOTS


def read_xml_patch(
    data: bytes, *, limits: Limits = DEFAULT_LIMITS, max_operations: int = 1_000, max_selector: int = 4_000
) -> Sequence[XmlOperation]:
    """The operations in order. Raises CodecError where `data` is no XML Patch, LimitExceeded."""
    root = parse_tree(data, limits)
    if split_tag(root.tag)[1] not in ROOTS:
        raise _bad(root, f"the root element is {local_name(root)}; expected {' or '.join(ROOTS)}")
    rows = list(root.iterchildren("*"))
    if len(rows) > max_operations:
        raise LimitExceeded(f"the patch has {len(rows)} operations; at most {max_operations} are allowed")
    return [_operation(row, max_selector) for row in rows]


def apply_xml_patch(
    resource: Resource,
    operations: Sequence[XmlOperation],
    model: Model,
    *,
    limits: Limits = DEFAULT_LIMITS,
    max_steps: int = 500_000,
) -> Resource:
    """The resource after all operations. Raises CodecError where one does not fit it, LimitExceeded."""
    root = parse_tree(to_xml(resource, model), limits)
    walk = Walk(max_steps)
    holder = etree.Element(_DOCUMENT)
    holder.append(root)
    for operation in operations:
        found = select(holder[0], operation.steps, walk)
        if len(found) != 1:
            raise CodecError(f"{operation}: it selects {len(found) or 'no'} nodes; expected one")
        _APPLY[operation.name](operation, found[0])
    return _resource(holder[0], model, limits)


def _operation(row: Element, max_selector: int) -> XmlOperation:
    name, selector = local_name(row), row.get("sel")
    if name not in _APPLY:
        raise _bad(row, f"the operation is {name}; expected {', '.join(_APPLY)}")
    if not selector:
        raise _bad(row, f"the operation {name} has no attribute 'sel'; expected a path to one node")
    if len(selector) > max_selector:
        raise LimitExceeded(f"a selector has {len(selector)} characters; at most {max_selector} are allowed")
    for attribute, known in (("pos", _POSITIONS), ("ws", _WHITE_SPACE)):
        if row.get(attribute, "") not in known:
            expected = ", ".join(filter(None, known))
            raise _bad(row, f"the operation {name} has {attribute}='{row.get(attribute)}'; expected {expected}")
    namespaces = {prefix: str(uri) for prefix, uri in row.nsmap.items()}
    if namespaces.get(None, PATCH_NS) == PATCH_NS:
        namespaces[None] = FHIR_NS  # there is nothing else that a bare name could mean in a resource
    return XmlOperation(name, selector, parse_selector(selector, namespaces), row)


def _bad(element: Element, text: str) -> CodecError:
    return CodecError(f"line {line_of(element)}: {text}")


def _add(operation: XmlOperation, target: Target) -> None:
    element, content = _element_of(operation, target), operation.element
    kind, position = content.get("type", ""), content.get("pos", "")
    if kind:
        _add_attribute(operation, element, kind)
        return
    parent, index = element, len(element)
    if position == "prepend":
        index = 0
    elif position:
        parent = _parent_of(operation, element)
        index = parent.index(element) + (position == "after")
    _put_text(parent, index, content.text)
    for offset, node in enumerate(_content(content)):
        _place(parent, index + offset, node)


def _add_attribute(operation: XmlOperation, element: Element, kind: str) -> None:
    name = kind.removeprefix("@").strip()
    if not kind.startswith("@") or not name.isidentifier():
        raise CodecError(f"{operation}: the type is '{kind}'; expected '@' and the name of an attribute")
    if name in element.attrib:
        raise CodecError(f"{operation}: {local_name(element)} has the attribute '{name}' already; replace it instead")
    element.set(name, _text_of(operation))


def _replace(operation: XmlOperation, target: Target) -> None:
    if target.kind == "attribute":
        target.element.set(target.name, _text_of(operation))
    elif target.kind == "text":
        _set_text(target, _text_of(operation))
    else:
        content = _content(operation.element)
        if len(content) != 1:
            raise CodecError(f"{operation}: it has {len(content) or 'no'} elements as content; expected one")
        node = content[0]
        node.tail = target.element.tail
        parent = target.element.getparent()
        assert parent is not None
        parent.replace(target.element, node)


def _remove(operation: XmlOperation, target: Target) -> None:
    if target.kind == "attribute":
        del target.element.attrib[target.name]
        return
    if target.kind == "text":
        _set_text(target, "")
        return
    element, white_space = target.element, operation.element.get("ws", "")
    parent = _parent_of(operation, element)
    before, tail = element.getprevious(), element.tail or ""
    if white_space in ("after", "both") and not tail.strip():
        tail = ""
    head = (parent.text if before is None else before.tail) or ""
    if white_space in ("before", "both") and not head.strip():
        head = ""
    parent.remove(element)
    _set_text(Target("text", parent, "", before), head + tail)


def _element_of(operation: XmlOperation, target: Target) -> Element:
    if target.kind != "element":
        raise CodecError(f"{operation}: it selects {target.kind}; expected an element")
    return target.element


def _parent_of(operation: XmlOperation, element: Element) -> Element:
    parent = element.getparent()
    if parent is None or parent.tag == _DOCUMENT:
        raise CodecError(f"{operation}: it selects the root element, beside which there can be nothing")
    return parent


def _content(element: Element) -> list[Element]:
    """The new elements, apart from the patch; what is in no namespace there is FHIR's."""
    nodes = [copy.deepcopy(each) for each in element.iterchildren("*")]
    for node in nodes:
        for each in node.iter("*"):
            namespace, name = split_tag(each.tag)
            if namespace in ("", PATCH_NS):
                each.tag = f"{{{FHIR_NS}}}{name}"
    return nodes


def _text_of(operation: XmlOperation) -> str:
    if len(operation.element):
        raise CodecError(f"{operation}: it has elements as content; expected text")
    return operation.element.text or ""


def _place(parent: Element, index: int, node: Element) -> None:
    tail, node.tail = node.tail, None
    parent.insert(index, node)
    node.tail = tail if (tail or "").strip() else None


def _put_text(parent: Element, index: int, text: str | None) -> None:
    """Put text before the child of an index; white space that only lays out the patch is left out."""
    if text and text.strip():
        target = Target("text", parent, "", parent[index - 1] if index else None)
        _set_text(target, ((parent.text if index == 0 else parent[index - 1].tail) or "") + text)


def _set_text(target: Target, text: str) -> None:
    if target.child is None:
        target.element.text = text
    else:
        target.child.tail = text


def _resource(root: Element, model: Model, limits: Limits) -> Resource:
    reading = read_xml(etree.tostring(root), model, limits=limits)
    for each in reading.issues:
        if each.id not in _HARMLESS and each.id != "xml.no-value":
            raise CodecError(f"the outcome is no resource: {each.path}: {each.text()}", path=each.path)
    assert reading.resource is not None
    return reading.resource


_APPLY: Mapping[str, Callable[[XmlOperation, Target], None]] = {"add": _add, "replace": _replace, "remove": _remove}
