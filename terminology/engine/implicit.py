"""Value sets that nobody has written: a code system's URL says which codes they hold.

`…/vs` is every code of a system; for SNOMED CT https://hl7.org/fhir/R4/snomedct.html#implicit defines `?fhir_vs` (every
concept) and `?fhir_vs=isa/CODE` (what is below one), behind the system's URL or that of an edition or version.
"""

from __future__ import annotations

import re

from fhir_kernel.resource import Resource
from terminology.codesystems.snomed import SNOMED_CT

_SNOMED = re.compile(rf"{re.escape(SNOMED_CT)}(?P<edition>/\d+(?:/version/\d+)?)?\?fhir_vs(?:=isa/(?P<code>\d+))?")


def implicit_value_set(url: str) -> Resource | None:
    """The value set that `url` stands for; None where it stands for none. Whether its system is held is not asked."""
    include = _include(url)
    if include is None:
        return None
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": {"include": [include]}}


def _include(url: str) -> Resource | None:
    match = _SNOMED.fullmatch(url)
    if match is None:
        system = url.removesuffix("/vs")
        return {"system": system} if system != url else None
    include: Resource = {"system": SNOMED_CT}
    if match["edition"] is not None:
        include["version"] = SNOMED_CT + match["edition"]
    if match["code"] is not None:
        include["filter"] = [{"property": "concept", "op": "is-a", "value": match["code"]}]
    return include
