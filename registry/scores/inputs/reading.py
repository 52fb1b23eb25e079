"""What a run of scores asks of inputs: classes, volumes, declarations, the policy, and the rules of checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.scoring.expectations import Declaration, Volume
from conformance.scoring.model import Rule
from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from fhir_kernel.store.base import Reader
from registry.records.keeping import every
from registry.scores.inputs.check_rules import CheckRule, registered
from registry.scores.inputs.classes import ExpectedClass, all_classes
from registry.scores.inputs.declaring import kept_declarations
from registry.scores.inputs.policies import policy_in
from registry.scores.inputs.volume import VOLUMES, kept_volumes, volume_of


async def classes(reader: Reader) -> Sequence[ExpectedClass]:
    """Every class in the order of ids: those that were decided, and those that institutions have besides."""
    return list((await all_classes(reader)).values())


async def volumes(reader: Reader, institution: str) -> Sequence[Volume]:
    """What is expected of an institution; no day of a data set is spoken of twice."""
    return [each.volume for each in await kept_volumes(reader, institution) if each.ended is None]


async def all_volumes(reader: Reader) -> Mapping[str, Sequence[Volume]]:
    """The same of everybody, by institution."""
    found: dict[str, list[Volume]] = {}
    async for name, kept in every(reader, VOLUMES):
        its = volume_of(name, kept)
        if its.ended is None:
            found.setdefault(its.institution, []).append(its.volume)
    return {name: sorted(row, key=lambda each: (each.data_set, each.period.begin)) for name, row in found.items()}


async def declarations(reader: Reader) -> Sequence[Declaration]:
    """Those that were approved, those that have expired since too."""
    found = [each.declaration for each in await kept_declarations(reader)]
    return [each for each in found if each is not None]


async def policy_for(reader: Reader, period: Period) -> ScorePolicy:
    """The policy by which a period is scored."""
    return await policy_in(reader, period)


async def check_rules(reader: Reader) -> Sequence[Rule]:
    """The rules of D6 and D7 that no record is judged by, in the order of ids."""
    return [each.rule for each in await registered_checks(reader)]


async def registered_checks(reader: Reader) -> Sequence[CheckRule]:
    """The same with their titles and what to do where they fail."""
    return list((await registered(reader)).values())
