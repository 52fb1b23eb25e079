"""The score of a vendor's product in one version, over all who use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.scoring.assess import Assessment, assess
from conformance.scoring.expected import Expected, expected_over
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import Said
from conformance.scoring.sheet import Sheet


def product_score(
    product: str, sheets: Sequence[Sheet], expected: Expected, policy: ScorePolicy, seed: int
) -> Assessment:
    """The score of what institutions sent by a product, a sheet for each; withheld where they are too few.

    Volumes are the institution's affair, and a product need not know every data set: only rules that found records
    count.
    """
    whole = Sheet(expected.layout, product)
    for each in sheets:
        whole.merge(each)
    return assess_product(whole, len({each.owner for each in sheets if each.busy}), expected, policy, seed)


def assess_product(whole: Sheet, users: int, expected: Expected, policy: ScorePolicy, seed: int) -> Assessment:
    """The same of a sheet of all that so many institutions sent; its owner is the product."""
    product = whole.owner
    seen = [each for each in expected.entries if each.rule.measure == "conformance" and _saw(whole, each.column)]
    made = assess(whole, expected_over(expected.layout, seen, policy), {}, policy, seed)
    if users >= policy.least_institutions:
        return made
    reason = Said(
        f"{users} institutions use {product}; expected {policy.least_institutions} at the least",
        f"使用 {product} 的机构为 {users} 家；应不少于 {policy.least_institutions} 家",
    )
    return replace(made, value=None, lower=None, upper=None, withheld=(reason, *made.withheld))


def _saw(sheet: Sheet, column: int) -> bool:
    return any(sheet.total(field, column) for field in range(3))
