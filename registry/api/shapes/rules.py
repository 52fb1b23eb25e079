"""Versions of the rules of the lifecycle."""

from __future__ import annotations

from registry.http.shapes import Anything, Flag, Instant, Text
from registry.http.structures import Many, Table, Thing
from registry.people.shapes import SENTENCE

_RULES = Table(Anything(), about="As registry/lifecycle/rules.toml has them")
VERSION = Thing(
    "RulesVersion",
    {"name": Text(), "id": Text(), "version": Text(), "begins": Instant(), "holds": Flag("Whether it holds now")},
    {"by": Text(64), "added": Instant()},
)
VERSIONS = Thing("RulesVersions", {"versions": Many(VERSION)})
RULES = Thing("LifecycleRules", {"name": Text(), "rules": _RULES})
NEW_RULES = Thing("NewLifecycleRules", {"rules": _RULES})
FAULTS = Thing("RulesFaults", {"faults": Many(SENTENCE, most=10_000)})
