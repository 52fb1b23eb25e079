"""Places of the elements of an XML text; a second pass with expat, which tells columns where lxml tells none."""

from __future__ import annotations

from xml.parsers import expat

from fhir_kernel.codec.positions import Node, Positions
from fhir_kernel.errors import CodecError


def xml_positions(data: bytes) -> Positions:
    """Where each start tag in `data` begins. Raises CodecError where `data` is not well-formed or has a DOCTYPE."""
    walk = _Walk()
    try:
        walk.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise CodecError(
            f"the text is not well-formed XML: {reason}", line=error.lineno, column=error.offset + 1
        ) from None
    assert walk.root is not None
    return Positions(walk.root)


class _Walk:
    """The open elements; the resource inside `contained` or `resource` counts as one with the element around it."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        name = tag.rpartition(":")[2]
        if self.root is None:
            node = self.root = Node(line, column)
        elif name[:1].isupper():
            node = self._open[-1]
            node.line, node.column = line, column
        else:
            node = Node(line, column)
            self._open[-1].children.setdefault(name, []).append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _doctype(self, *_declaration: object) -> None:
        raise CodecError("the XML has a DOCTYPE; FHIR allows none", line=self.parser.CurrentLineNumber, column=1)
