"""Python source in the making, and the names that it refers to."""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def identifier(text: str) -> str:
    """`text` as part of a Python identifier; names of types and elements stay different from each other."""
    return re.sub(r"[^A-Za-z0-9.]", lambda found: f"_{ord(found[0]):x}_", text).replace(".", "_")


class Source:
    """Lines of Python with their indentation."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def indented(self) -> Iterator[None]:
        self._depth += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._depth -= 1

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"


class Names:
    """The global names of generated functions: constants, functions not yet made, and helper functions.

    `missing` is asked for a function that generated code calls and that does not exist yet; what it returns is a
    stand-in that makes the real one at its first call.
    """

    def __init__(self, namespace: dict[str, Any], missing: Callable[[str], Any]) -> None:
        self.namespace = namespace
        self._missing = missing
        self._constants: dict[tuple[str, int], str] = {}
        self._kept: list[Any] = []

    def add(self, letter: str, constant: Any) -> str:
        """The name of `constant`, the same for the same object."""
        key = (letter, id(constant))
        name = self._constants.get(key)
        if name is None:
            name = self._constants[key] = f"{letter}{len(self._constants)}"
            self._kept.append(constant)  # ids stay unique only while the object lives
            self.namespace[name] = constant
        return name

    def call(self, name: str) -> str:
        """`name`, with a stand-in made for it where it is not there yet."""
        if name not in self.namespace:
            self.namespace[name] = self._missing(name)
        return name

    def late(self, name: str) -> Callable[..., None]:
        """A function of three arguments that calls whatever `name` means by then."""
        self.call(name)
        space = self.namespace
        return lambda x, at, run: space[name](x, at, run)

    def define(self, name: str, source: Source) -> None:
        """Load `source`, which defines function `name`."""
        load(name, str(source), self.namespace)


def load(title: str, text: str, namespace: dict[str, Any]) -> None:
    """Run generated source in `namespace`, registered so that tracebacks and debuggers show it."""
    file_name = f"<plumbline {title}>"
    linecache.cache[file_name] = (len(text), None, text.splitlines(keepends=True), file_name)
    exec(compile(text, file_name, "exec"), namespace)
