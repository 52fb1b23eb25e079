"""The named switches of a validation, with their defaults.

What FHIR leaves to the validator is decided here and nowhere else; the command line prints this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["error", "warning", "information", "ignore"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How strict a validation is. Levels are `error`, `warning`, `information` or `ignore`."""

    unknown_extension: Level = "warning"
    """An extension whose definition no loaded package holds; an unknown modifier extension is always an error."""
    open_extension_domains: tuple[str, ...] = ("http://example.org", "https://example.org", "http://acme.com")
    """URL beginnings under which unknown extensions are only information."""
    unknown_profile: Level = "warning"
    """A profile named in meta.profile that no loaded package holds."""
    display_mismatch: Level = "error"
    """A Coding.display that is not one of the code's displays."""
    malformed_code: Level = "warning"
    """A code whose form its system rules out, where the system itself is not loaded (SNOMED CT, LOINC, UCUM …)."""
    unknown_unit: Level = "warning"
    """A Quantity.code that its system does not have, where no binding requires one."""
    relative_canonical: Level = "warning"
    """A canonical that is a relative URL, as many of R4's own examples have it; none can be found by it."""
    best_practice: Level = "ignore"
    """Constraints that R4 marks as best practice (dom-6 and others)."""
    example_urls: Level = "ignore"
    """Values of type uri, url and canonical on example.org, acme.com and the like, or under an example OID."""
    references: Literal["local", "follow"] = "local"
    """`local` checks targets within the resource and its Bundle; `follow` asks the resolver for all others too."""
    html_in_strings: Level = "ignore"
    """Text in string elements that looks like HTML tags."""
    html_in_markdown: Level = "ignore"
    """HTML tags within markdown elements."""
    languages: tuple[str, ...] = field(default=())
    """Languages (BCP 47) in which displays are compared besides the resource's own; empty: any."""
    imposed_profiles: bool = True
    """Whether vital-signs Observations are validated against R4's vital-signs profiles unasked."""
    allow_json_comments: bool = False
    """Whether comments in JSON are let pass."""
    publishing: bool = False
    """Whether knowledge resources are held to the rules for publication."""
