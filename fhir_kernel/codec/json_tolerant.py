"""A second, slower reading of JSON that keeps places and goes on after what is wrong.

It tells what `parse_json` cannot: keys that stand twice, comments, missing and surplus commas, missing quotes
(https://hl7.org/fhir/R4/json.html, https://www.rfc-editor.org/rfc/rfc8259).
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from fhir_kernel.codec.limits import Limits
from fhir_kernel.codec.numbers import MAX_EXPONENT, whole_number
from fhir_kernel.codec.positions import Node, Positions
from fhir_kernel.codec.reading import Reading
from fhir_kernel.codec.text import decode_json, json_bytes, line_starts, place
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.issues import Issue, issue

_VISIBLE = re.compile(r"[^ \t\r\n]")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_APOSTROPHES = re.compile(r"'(?:[^'\\\n]|\\.)*'")
_NAME = re.compile(r"[A-Za-z_$][\w$\-]*")
_BARE = re.compile(r"""[-+.]?[0-9][^\s,:\[\]{}"'#]*|[^\s,:\[\]{}"'#]+(?:[ \t]+[^\s,:\[\]{}"'#/]+)*""")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_LIKE_NUMBER = re.compile(r"[-+.]?[0-9]|[-+]?(?:NaN|Infinity)\Z")
_CONTROL = re.compile(r"[\x00-\x1f]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def read_tolerantly(data: bytes | str, limits: Limits, *, allow_comments: bool = False) -> Reading:
    """What can be made of `data`. Raises CodecError where that is no object, LimitExceeded."""
    scanner = _scan(data, limits, allow_comments)
    return Reading(scanner.value, tuple(scanner.located_issues()))


def tolerant_positions(data: bytes | str, limits: Limits) -> Positions:
    """Where each value in `data`, faulty or not, starts. Raises as `read_tolerantly`."""
    return Positions(_scan(data, limits, allow_comments=True).root)


def _scan(data: bytes | str, limits: Limits, allow_comments: bool) -> _Scanner:
    scanner = _Scanner(decode_json(json_bytes(data, limits)), limits.max_depth, allow_comments)
    scanner.run()
    return scanner


class _Scanner:
    """One pass over a text; `at` is the offset reached, `_path` the segments from the root to there."""

    def __init__(self, text: str, max_depth: int, allow_comments: bool) -> None:
        self.value: dict[str, Any] = {}
        self.root = Node(1, 1)
        self._text, self._at, self._starts = text, 0, line_starts(text)
        self._max_depth, self._allow_comments = max_depth, allow_comments
        self._path: list[str] = []
        self._issues: list[Issue] = []

    def run(self) -> None:
        if self._next() != "{":
            raise self._failure("an object in braces")
        self.root = self._node()
        self.value = self._object(self.root, 1)
        if self._next():
            raise self._failure("the end of the text")

    def located_issues(self) -> list[Issue]:
        """The issues, their locations completed by the name of the resource, in the order of the text."""
        name = self.value.get("resourceType")
        root = name if isinstance(name, str) else ""
        done = [replace(each, path=(root + each.path) if root else each.path.lstrip(".")) for each in self._issues]
        return sorted(done, key=lambda each: (each.line or 0, each.column or 0))

    def _object(self, node: Node, depth: int) -> dict[str, Any]:
        self._open(depth)
        out: dict[str, Any] = {}
        while self._another("}", not out):
            start = self._at
            name = self._key()
            self._path.append("." + name.removeprefix("_"))
            if name in out:
                self._report("json.duplicate-key", start, found=name)
            self._colon(name)
            out[name] = self._member(node, name, depth)
            self._path.pop()
        return out

    def _member(self, node: Node, name: str, depth: int) -> Any:
        if self._next() != "[":
            child = self._node()
            node.children[name] = [child]
            return self._value(child, name, depth)
        rows = node.children[name] = []
        return self._array(rows, name, depth + 1)

    def _array(self, rows: list[Node], name: str, depth: int) -> list[Any]:
        self._open(depth)
        out: list[Any] = []
        while self._another("]", not out):
            self._path.append(f"[{len(out)}]")
            child = self._node()
            rows.append(child)
            if self._next() == "[":
                out.append(self._array(child.children.setdefault("", []), name, depth + 1))
            else:
                out.append(self._value(child, name, depth))
            self._path.pop()
        return out

    def _open(self, depth: int) -> None:
        if depth > self._max_depth:
            raise LimitExceeded(f"the JSON is nested deeper than {self._max_depth}")
        self._at += 1

    def _another(self, close: str, is_first: bool) -> bool:
        """Step over the comma and say whether a member follows, or step over `close`."""
        found, commas = self._next(), 0
        while found == ",":
            commas += 1
            if commas > (not is_first):
                self._report("json.extra-comma", self._at, found="','" if commas > 1 else "the first value")
            self._at += 1
            found = self._next()
        if found == close:
            if commas == 1 and not is_first:
                self._report("json.extra-comma", self._at, found=f"'{close}'")
            self._at += 1
            return False
        if not found or found in "}]:#":
            raise self._failure(f"',' or '{close}'")
        if not is_first and not commas:
            self._report("json.missing-comma", self._at, found=self._excerpt())
        return True

    def _key(self) -> str:
        found = self._next()
        if found == '"':
            return self._string()
        match = (_APOSTROPHES if found == "'" else _NAME).match(self._text, self._at)
        if match is None:
            raise self._failure("a property name in double quotes")
        name = match[0].strip("'")
        self._report("json.unquoted-name", self._at, found=match[0], expected=name)
        self._at = match.end()
        return name

    def _colon(self, name: str) -> None:
        if self._next() == ":":
            self._at += 1
        else:
            self._report("json.missing-colon", self._at, found=name)

    def _value(self, node: Node, name: str, depth: int) -> Any:
        found = self._next()
        if found == '"':
            return self._string()
        if found == "{":
            return self._object(node, depth + 1)
        match = (_APOSTROPHES if found == "'" else _BARE).match(self._text, self._at)
        if match is None:
            raise self._failure("a value")
        start, self._at = self._at, match.end()
        return self._bare(match[0], name, start)

    def _bare(self, word: str, name: str, start: int) -> Any:
        if word in _WORDS:
            return _WORDS[word]
        number = _NUMBER.fullmatch(word)
        if number:
            return self._number(word, number[1] is None and number[2] is None, start)
        if _LIKE_NUMBER.match(word):
            self._report("json.not-a-number", start, found=word)
            return word
        value = word.strip("'")
        self._report("json.unquoted-value", start, found=word, expected=value, name=name)
        return value

    def _number(self, word: str, is_whole: bool, start: int) -> Any:
        value = whole_number(word) if is_whole else Decimal(word)
        if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_EXPONENT:
            raise CodecError("the number is too large", line=self._place(start)[0], column=self._place(start)[1])
        return value

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if match is None:
            raise self._failure("a closing double quote")
        start, token = self._at, match[0]
        self._at = match.end()
        control = _CONTROL.search(token)
        if control:
            escape = json.dumps(control[0])[1:-1]
            self._report(
                "json.bad-character", start + control.start(), found=f"U+{ord(control[0]):04X}", expected=escape
            )
        try:
            value: str = json.loads(token, strict=False)
            value.encode()
        except UnicodeEncodeError:
            self._report("json.bad-escape", start, found="of half a surrogate pair")
            return token[1:-1]
        except json.JSONDecodeError as error:
            self._report("json.bad-escape", start + error.pos, found=token[error.pos : error.pos + 2])
            return token[1:-1]
        return value

    def _next(self) -> str:
        """The next character that is neither blank nor comment, empty at the end."""
        while True:
            visible = _VISIBLE.search(self._text, self._at)
            self._at = visible.start() if visible else len(self._text)
            found = visible[0] if visible else ""
            comment = _COMMENT.match(self._text, self._at) if found == "/" else None
            if comment is None:
                return found
            if not self._allow_comments:
                self._report("json.comment", self._at, found=comment[0][:40])
            self._at = comment.end()

    def _node(self) -> Node:
        self._next()
        return Node(*self._place(self._at))

    def _place(self, offset: int) -> tuple[int, int]:
        return place(offset, self._starts)

    def _report(self, issue_id: str, offset: int, **params: Any) -> None:
        line, column = self._place(offset)
        self._issues.append(replace(issue(issue_id, "".join(self._path), **params), line=line, column=column))

    def _excerpt(self) -> str:
        return repr(self._text[self._at : self._at + 20].partition("\n")[0]) if self._next() else "the end of the text"

    def _failure(self, expected: str) -> CodecError:
        line, column = self._place(self._at)
        path = "".join(self._path).lstrip(".")
        found = self._excerpt()
        return CodecError(
            f"the text is not JSON: found {found}, expected {expected}", line=line, column=column, path=path
        )
