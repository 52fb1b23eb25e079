"""What packages and their versions are called (https://hl7.org/fhir/packages.html, https://semver.org).

Names are lower case, as they become names of folders and of addresses where case may not count.
"""

from __future__ import annotations

import re

from registry.sentence import Sentence

LONGEST_NAME = 214
"""https://docs.npmjs.com/cli/configuring-npm/package-json#name"""
LONGEST_VERSION = 64

_NAME = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+", re.ASCII)
_NUMBER = r"(?:0|[1-9]\d{0,8})"
_LABEL = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_LABEL}(?:\.{_LABEL})*)?", re.ASCII)


def is_name(name: str) -> bool:
    """Whether a package may be called so: two or more segments with dots between, each beginning with a letter."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def is_version(version: str) -> bool:
    """Whether it is a semantic version, without the metadata of a build."""
    return len(version) <= LONGEST_VERSION and _VERSION.fullmatch(version) is not None


def is_prerelease(version: str) -> bool:
    """Whether a version is for trial only: `2021.0.0-draft.1`."""
    return "-" in version


def faults(name: str, version: str) -> tuple[Sentence, ...]:
    """What is wrong with a name and a version; nothing where both may be used."""
    found = []
    if not is_name(name):
        found.append(
            Sentence(
                f"the package is called {name[:80]!r}; expected segments of lower-case letters, digits and hyphens, "
                "each beginning with a letter, with dots between, such as cn.example.patient",
                f"软件包名为 {name[:80]!r}；应由若干段小写字母、数字和连字符构成，每段以字母开头，段间用点分隔，"
                "例如 cn.example.patient",
            )
        )
    if not is_version(version):
        found.append(
            Sentence(
                f"the version is {version[:80]!r}; expected three numbers, such as 2021.0.0, or 2021.0.0-draft.1",
                f"版本号为 {version[:80]!r}；应为三段数字，例如 2021.0.0，或 2021.0.0-draft.1",
            )
        )
    return tuple(found)
