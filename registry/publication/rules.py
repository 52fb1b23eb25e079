"""The rules that a published package makes: one for each of its profiles on a type of resource.

https://hl7.org/fhir/R4/profiling.html. They are observed from publication, told from a day, and refuse from the day of
implementation; profiles of data types and of abstract types are held to through those that use them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from conformance.rules_in_force import Applies, Rule
from fhir_kernel.resource import Resource
from registry.enforcement.rules import RuleSet, StandardRule, check_dates
from registry.publication.days import begin_of
from registry.publication.record import Archive, PublicationPlan
from registry.refusal import Refused
from registry.sentence import Sentence

_ABSTRACT = frozenset(("Resource", "DomainResource"))


def rule_set(
    archive: Archive,
    definitions: Sequence[Resource],
    plan: PublicationPlan,
    numbers: tuple[str, str],
    now: datetime,
    zone: tzinfo,
) -> RuleSet:
    """The rules of an edition that is published at `now`; `numbers` are those of the standard and of the edition.

    Raises Refused (invalid): no day from which to warn, days out of order, a profile that is none of the package's.
    """
    profiles = [each for each in definitions if _is_rule(each)]
    _check_named(plan, profiles)
    if plan.warn_from is None and profiles:
        raise _refused(
            "found nothing; expected the day from which on senders are told", "未填写开始警告的日期", "warnFrom"
        )
    dates = (now, None if plan.warn_from is None else max(now, begin_of(plan.warn_from, zone)))
    asked = _applies(profiles, plan.applies)
    rules = []
    for each in profiles:
        rule = Rule(_canonical(each), each["type"], *dates, begin_of(plan.in_force, zone), None, asked[each["url"]])
        check_dates(rule)
        rules.append(StandardRule(rule, plan.clauses.get(each["url"], "")))
    return RuleSet(archive.package, archive.version, archive.sha256, *numbers, tuple(rules))


def _is_rule(definition: Resource) -> bool:
    return (
        definition["resourceType"] == "StructureDefinition"
        and definition.get("kind") == "resource"
        and definition.get("derivation") == "constraint"
        and definition.get("abstract") is not True
        and definition.get("type") not in _ABSTRACT
    )


def _applies(profiles: Sequence[Resource], chosen: Mapping[str, Applies]) -> Mapping[str, Applies]:
    """Where a package has several profiles of a type, no record meets all: each is asked of those that claim it."""
    types = Counter(each["type"] for each in profiles)
    return {each["url"]: chosen.get(each["url"], "all" if types[each["type"]] == 1 else "claimed") for each in profiles}


def _canonical(profile: Resource) -> str:
    return f"{profile['url']}|{profile['version']}"


def _check_named(plan: PublicationPlan, profiles: Sequence[Resource]) -> None:
    known = {each["url"] for each in profiles}
    for where, named in (("applies", plan.applies), ("clauses", plan.clauses)):
        for url in named:
            if url not in known:
                listed = ", ".join(sorted(known)) or "-"
                raise _refused(
                    f"found {url}; expected a profile of the package on a type of resource: {listed}",
                    f"现为 {url}；应为数据包中针对资源类型的配置文件：{listed}",
                    where,
                )


def _refused(en: str, zh: str, where: str) -> Refused:
    return Refused("invalid", (Sentence(en, zh),), where=where)
