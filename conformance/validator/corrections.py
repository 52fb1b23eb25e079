"""Where R4's published invariants do not say what their text says, and what to run instead.

Run as published, these raise false errors. Sources: the published text of each rule
(https://hl7.org/fhir/R4/, the constraint tables), its wording in R4B (https://hl7.org/fhir/R4B/) and R5
(https://hl7.org/fhir/R5/), and the 722 examples of R4. An invariant that comes out empty counts as broken, so that each
correction says what holds for what is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Correction(NamedTuple):
    """What to run for an invariant; `expression` None: code of ours decides it, and the reason says where."""

    expression: str | None
    reason: str


def corrected(key: str, owner: str, expression: str) -> str | None:
    """What to run for constraint `key` at element path `owner`: `expression` where it is right, None for nothing."""
    correction = CORRECTIONS.get((key, owner)) or CORRECTIONS.get((key, None))
    return correction.expression if correction else expression


_NAME = Correction(
    "name.hasValue() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
    "The name is optional, and the pattern is meant for the whole of it; as published, none fails and 'x Abc' passes.",
)
_NAME_KEYS = (
    "adf-0", "cid-0", "cmd-0", "cpb-0", "cpd-0", "csd-0", "ees-0", "esc-0", "evd-0", "evi-0", "evv-0", "gdf-0", "ig-0",
    "lib-0", "mea-0", "msd-0", "nsd-0", "opd-0", "pdf-0", "que-0", "red-0", "rsd-0", "rvs-0", "sdf-0", "smp-0", "spd-0",
    "tcp-0", "tst-0", "vsd-0",
)  # fmt: skip
_NOT_A_RESOURCE = (
    "'Address' | 'Age' | 'Annotation' | 'Attachment' | 'BackboneElement' | 'CodeableConcept' | 'Coding' | "
    "'ContactDetail' | 'ContactPoint' | 'Contributor' | 'Count' | 'DataRequirement' | 'Distance' | 'Dosage' | "
    "'Duration' | 'Element' | 'ElementDefinition' | 'Expression' | 'Extension' | 'HumanName' | 'Identifier' | "
    "'MarketingStatus' | 'Meta' | 'Money' | 'Narrative' | 'ParameterDefinition' | 'Period' | 'Population' | "
    "'ProdCharacteristic' | 'ProductShelfLife' | 'Quantity' | 'Range' | 'Ratio' | 'RelatedArtifact' | 'SampledData' | "
    "'Signature' | 'SubstanceAmount' | 'Timing' | 'TriggerDefinition' | 'UsageContext'"
)
_PATH_STEP = r"""[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}"""

CORRECTIONS: Mapping[tuple[str, str | None], Correction] = MappingProxyType(
    {(key, None): _NAME for key in _NAME_KEYS}
    | {
        ("bdl-7", None): Correction(
            "type = 'history'"
            " or entry.where(fullUrl.hasValue()).select(fullUrl & resource.meta.versionId).isDistinct()",
            "A fullUrl that has only an extension is not the same as another such.",
        ),
        ("bdl-8", None): Correction(
            "fullUrl.hasValue() implies fullUrl.contains('/_history/').not()",
            "The fullUrl is optional; as published, an entry without one comes out empty.",
        ),
        ("con-3", None): Correction(
            "clinicalStatus.exists() or verificationStatus.coding.where(system ="
            " 'http://terminology.hl7.org/CodeSystem/condition-ver-status' and code = 'entered-in-error').exists()"
            " or category.coding.where(system = 'http://terminology.hl7.org/CodeSystem/condition-category'"
            " and code = 'problem-list-item').empty()",
            "The category is a CodeableConcept and never equals a string; as published, any category fails.",
        ),
        ("dom-6", None): Correction(
            None, "builtin_invariants.py: a contained resource has no narrative of its own, and so cannot lack one."
        ),
        ("dom-3", None): Correction(
            None, "rules/contained.py: as FHIRPath it is quadratic, and it misses uri and url '#'; R5 replaced it."
        ),
        ("eld-19", None): Correction(
            rf"path.matches('^{_PATH_STEP}(\\.{_PATH_STEP}(\\[x\\])?(\\:[^\\s\\.]+)?)*$')",
            "The pattern is meant for the whole path; where matches() finds a part, as published anything passes.",
        ),
        ("eld-20", None): Correction(
            r"path.matches('^[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x\\])?)*$')",
            "The pattern is meant for the whole path, and its bracket was not closed by an escaped one.",
        ),
        ("inv-1", "Task"): Correction(
            "lastModified.hasValue().not() or authoredOn.hasValue().not()"
            " or iif(lastModified < authoredOn, false, true)",
            "Dates of different precision may not be comparable; only a modification that is surely earlier is wrong.",
        ),
        ("md-1", None): Correction(
            "max.empty() or max = '*' or (max.toInteger() > 0)",
            "The maximum is optional; as published, a focus without one fails.",
        ),
        ("mdd-1", None): Correction(
            "whenHandedOver.hasValue().not() or whenPrepared.hasValue().not()"
            " or iif(whenHandedOver < whenPrepared, false, true)",
            "Dates of different precision may not be comparable; only a hand-over that is surely earlier is wrong.",
        ),
        ("opd-3", None): Correction(
            "targetProfile.exists() implies (type = 'Reference' or type = 'canonical'"
            f" or (type.matches('^[A-Z]') and (type in ({_NOT_A_RESOURCE})).not()))",
            "A parameter that is a resource may say which profile; R4B allows it.",
        ),
        ("per-1", None): Correction(
            "start.hasValue().not() or end.hasValue().not() or iif(start > end, false, true)",
            "An end of 2012-02-03 takes in that whole day, and a start within it is right; as published it is empty.",
        ),
        ("que-12", None): Correction(
            "enableWhen.count() >= 2 implies enableBehavior.exists()",
            "The text says 'more than one'; the expression said more than two. R4B corrects it.",
        ),
        ("que-7", None): Correction(
            "operator = 'exists' implies answer.ofType(boolean).exists()",
            "The answer is FHIR's boolean, not FHIRPath's Boolean. R4B corrects it.",
        ),
        ("ras-2", None): Correction(
            "probability.ofType(decimal).empty() or probability.ofType(decimal) <= 100",
            "The probability is optional, or a Range; as published, either comes out empty.",
        ),
        ("ref-1", None): Correction(
            "reference.hasValue() implies (reference = '#' or reference.startsWith('#').not()"
            " or reference.substring(1) in %rootResource.contained.id)",
            "A Reference may have only an identifier or a display, and '#' means the container. R5 corrects it.",
        ),
        ("rng-2", None): Correction(
            "low.empty() or high.empty() or iif(low > high, false, true)",
            "Without values, or in units that cannot be compared, nothing is known to be wrong.",
        ),
        ("tim-9", None): Correction(
            "offset.empty() or (when.exists() and when.where($this in ('C' | 'CM' | 'CD' | 'CV')).empty())",
            "There may be several codes in 'when', and the left of 'in' takes only one.",
        ),
        ("txt-1", None): Correction(None, "rules/narrative.py: htmlChecks() stands for code, and ours says where."),
        ("txt-2", None): Correction(None, "rules/narrative.py: published with htmlChecks(), the check of txt-1."),
        ("vs-1", None): Correction(
            "$this is dateTime implies $this.toString().length() >= 10",
            "It speaks of a dateTime alone, and a day takes ten characters; as published, a Period comes out empty.",
        ),
    }
)
"""By (constraint key, element path at which the constraint stands or None for any)."""
