"""Which version of a code system or value set is meant (https://hl7.org/fhir/R4/terminology-service.html#4.6.2).

A version is asked for exactly, or with wildcards: `1.x.x` means any 1.y.z, `1.2?` anything that begins with 1.2. By
`CodeSystem.versionAlgorithm` (R5, here as an extension) versions that are no semantic ones match by their beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from fhir_kernel.packages.versions import sort_key
from fhir_kernel.resource import Resource

VERSION_ALGORITHM = "http://hl7.org/fhir/5.0/StructureDefinition/extension-CanonicalResource.versionAlgorithm"

_SEMANTIC = re.compile(r"\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_DATE = re.compile(r"\d{4}(?:-\d\d?(?:-\d\d?)?)?|\d{6}|\d{8}")
_WILD = frozenset({"x", "X", "*"})


def version_matches(asked: str | None, held: str | None, algorithm: str | None = None) -> bool:
    """Whether `held` is what `asked` means; nothing asked is answered only by nothing held."""
    if asked == held:
        return True
    if not asked or not held:
        return False
    scheme = algorithm or _scheme(held)
    if scheme == "integer":
        return False
    if scheme != "semver":
        return held.startswith(asked)
    return _SEMANTIC.fullmatch(held) is not None and _fits(asked, held)


def algorithm_of(resource: Resource) -> str | None:
    """The code of the resource's version algorithm, where it says one."""
    for each in resource.get("extension", ()):
        if each.get("url") == VERSION_ALGORITHM:
            coding = each.get("valueCoding")
            return coding.get("code") if isinstance(coding, dict) else each.get("valueString")
    return None


def latest(versions: Iterable[str | None]) -> str | None:
    """The newest version; one without a version comes before all others."""
    return max(versions, key=version_key, default=None)


def version_key(version: str | None) -> tuple[bool, object]:
    """A key that sorts oldest first."""
    return (version is not None, sort_key(version) if version is not None else ())


def listed_versions(versions: Sequence[str]) -> str:
    """Versions for a sentence: `a`, `a or b`, `a, b and c`."""
    if len(versions) < 3:
        return " or ".join(versions)
    return f"{', '.join(versions[:-1])} and {versions[-1]}"


def _scheme(version: str) -> str:
    if _DATE.fullmatch(version):
        return "date"
    if version.isdigit():
        return "integer"
    return "semver" if _SEMANTIC.fullmatch(version) else "natural"


def _fits(asked: str, held: str) -> bool:
    is_open = asked.endswith("?")
    wanted, has = _parts(asked.rstrip("?")), _parts(held)
    for index, part in enumerate(has):
        if index >= len(wanted):
            return is_open
        if wanted[index] != part and not (wanted[index] in _WILD and part):
            return False
    return len(wanted) == len(has) or is_open


def _parts(version: str) -> list[str]:
    """Major, minor, patch as far as they are written, then the label where there is one."""
    numbers, _, label = version.partition("+")[0].partition("-")
    return [*numbers.split("."), *([label] if label else [])]
