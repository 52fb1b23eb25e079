"""FHIRPath locations of XML elements (https://hl7.org/fhir/R4/fhirpath.html)."""

from __future__ import annotations

from collections import Counter

from fhir_kernel.codec.xml_tree import Element
from fhir_kernel.definitions.model import Model


class XmlLocator:
    """Finds locations in one tree; the places among siblings are counted once a parent."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._indexes: dict[Element, dict[Element, int]] = {}

    def location(self, node: Element) -> str:
        """The location of `node`: `Bundle.entry[0].resource.value`."""
        chain = [node, *node.iterancestors()][::-1]
        path = local_name(chain[0])
        schema, inside = self._model.types.get(path), False
        for each in chain[1:]:
            name = local_name(each)
            if inside:
                schema, inside = self._model.types.get(name), False
                continue
            field = schema.fields.get(name) if schema else None
            path += "." + (field.element if field else name)
            if field is not None and field.is_list:
                path += f"[{self._index(each)}]"
            inside = field is not None and field.type == "Resource"
            schema = self._model.types.get(field.type) if field else None
        return path

    def _index(self, node: Element) -> int:
        parent = node.getparent()
        if parent is None:
            return 0
        if parent not in self._indexes:
            seen: Counter[str] = Counter()
            indexes = self._indexes[parent] = {}
            for child in parent.iterchildren("*"):
                indexes[child] = seen[child.tag]
                seen[child.tag] += 1
        return self._indexes[parent][node]


def split_tag(tag: str) -> tuple[str, str]:
    """Namespace and local name of an lxml tag."""
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def local_name(node: Element) -> str:
    """The name of `node` without its namespace."""
    return split_tag(node.tag)[1]
