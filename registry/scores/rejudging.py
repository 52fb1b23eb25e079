"""What a judge says today of a version that was written before: the same evidence, where nothing else has changed."""

from __future__ import annotations

from datetime import datetime

from conformance.enforcement import Judge
from conformance.evidence import Sender
from conformance.judgement import untagged
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.store.records import Document, Version
from fhir_server.content import content_of

_JUDGED = ("rules", "moreRules", "scored", "accepted", "basis")
"""Members of evidence that a judge decides on."""


def judged_anew(judge: Judge, entry: Document, version: Version) -> Document:
    """The entry of evidence that the writing of `version` would leave, at the instant of `entry` and by its sender.

    `scored` is not in it where the judge asks no scored rule of it; `life` is not settled yet.
    """
    if version.body is None:
        return entry
    content = untagged(content_of(parse_json(version.body), version.key))
    instant = datetime.fromisoformat(entry["instant"])
    found = judge.judge(content, method=entry["method"], now=instant)
    made = next(iter(found.evidence(Sender(), version)), {})
    kept = {name: value for name, value in entry.items() if name not in _JUDGED}
    return {**kept, **{name: made[name] for name in _JUDGED if name in made}}
