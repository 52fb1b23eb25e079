"""What inputs may speak of: institutions and products of the register, data sets and rules of published standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fhir_kernel.resource import split_canonical
from fhir_kernel.store.base import Reader
from fhir_server.identity.organisations import (
    ORGANISATIONS,
    PRODUCTS,
    Organisation,
    organisation_of,
    product_of,
)
from registry.enforcement.published import published
from registry.http.faults import Fault
from registry.scores.inputs.check_rules import registered
from registry.scores.lists import all_lists
from registry.sentence import Sentence

INSTITUTION = Sentence("the id of an institution of the register", "登记簿中的机构标识")
DATA_SET = Sentence(
    "the url of a profile of a published standard, without its version", "已发布标准中规范的 url（不带版本）"
)
CHECK_RULE = Sentence("the id of a rule of the register of checks", "检查规则登记中的规则标识")
REACHED = Sentence(
    "an institution of a jurisdiction for which you have the role E, M or administrator, and not your own",
    "您的角色（E、M 或系统管理员）所辖行政区划内的机构，且非本人所属机构",
)
_PRODUCT = Sentence("the id of a product of the register", "登记簿中的产品标识")
_TARGET = Sentence(
    "a data set of a published standard, or the id of a rule by which records are judged",
    "已发布标准的数据集，或评分规则的标识",
)


async def data_sets(reader: Reader) -> frozenset[str]:
    """The profiles that published standards ask for, by url."""
    found = await published(reader)
    return frozenset(split_canonical(each.rule.profile)[0] for row in found.sets for each in row.rules)


async def institution(reader: Reader, id_: str) -> Organisation | None:
    """The institution of an id; None where there is none."""
    kept = await reader.load(ORGANISATIONS, id_) if id_ else None
    found = None if kept is None else organisation_of(id_, kept)
    return found if found is not None and found.kind == "institution" else None


async def institutions(reader: Reader, ids: Iterable[str]) -> Mapping[str, Organisation]:
    """Those of some ids that there are."""
    found = {each: await institution(reader, each) for each in dict.fromkeys(ids)}
    return {id_: its for id_, its in found.items() if its is not None}


async def product_faults(reader: Reader, product: str, version: str, where: str) -> list[Fault]:
    """What is wrong with a product and its version, neither of which need be said."""
    if not product:
        none = Sentence("nothing, since no product is named", "空（未指明产品）")
        return [Fault(f"{where}productVersion", version, none)] if version else []
    kept = await reader.load(PRODUCTS, product)
    if kept is None:
        return [Fault(f"{where}product", product, _PRODUCT)]
    known = product_of(product, kept).versions
    if version and known and version not in known:
        listed = ", ".join(known)
        return [Fault(f"{where}productVersion", version, Sentence(f"one of {listed}", f"以下之一：{listed}"))]
    return []


async def content_faults(
    reader: Reader, wanted_sets: Iterable[str] | None, wanted_checks: Iterable[str] | None
) -> list[Fault]:
    """What a class would expect that nobody knows."""
    known_sets, known_checks = await data_sets(reader), await registered(reader)
    return [
        *(
            Fault(f"dataSets[{at}]", each, DATA_SET)
            for at, each in enumerate(wanted_sets or ())
            if each not in known_sets
        ),
        *(
            Fault(f"checks[{at}]", each, CHECK_RULE)
            for at, each in enumerate(wanted_checks or ())
            if each not in known_checks
        ),
    ]


async def target_faults(reader: Reader, target: str) -> list[Fault]:
    """What is wrong with what a declaration is about."""
    known = target in await registered(reader) or await _is_of_records(reader, target)
    return [] if known else [Fault("target", target, _TARGET)]


async def _is_of_records(reader: Reader, target: str) -> bool:
    sets = await data_sets(reader)
    if target in sets or target.removesuffix("#:volume") in sets:
        return True
    lists = (await all_lists(reader)).values()
    return any(each.id == target for row in lists for each in row.rules)
