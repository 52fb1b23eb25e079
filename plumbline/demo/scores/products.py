"""What the products of vendors come to over all who use them, and a certificate for the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plumbline.demo.registry.scene import Column, Scene, Shown, Told
from registry.sentence import Sentence

_HEADS = (
    Column(Sentence("Product and version", "产品和版本")),
    Column(Sentence("Vendor", "厂商")),
    Column(Sentence("Institutions", "机构数"), is_number=True),
    Column(Sentence("Verdicts", "判定数"), is_number=True),
    Column(Sentence("Score", "得分"), is_number=True),
    Column(Sentence("5–95 %", "区间"), is_number=True),
)


def score_products(scene: Scene) -> Iterator[Shown]:
    """Everybody may see them."""
    evaluation = scene.evaluation
    told = scene.place.asking.done("listProductScores", snapshot=evaluation.snapshots[evaluation.second])
    vendors = {each.installation.vendor.id: each.installation.vendor.name for each in evaluation.members}
    yield Shown(_HEADS, [_row(each, vendors) for each in told["products"]])


def certify(scene: Scene) -> Iterator[Told]:
    """The product that scored best."""
    evaluation, asking = scene.evaluation, scene.place.asking
    snapshot = evaluation.snapshots[evaluation.second]
    told = asking.done("listProductScores", snapshot=snapshot)["products"]
    best = max(told, key=lambda each: each["score"] or 0)["product"]
    wanted = {"product": best, "snapshot": snapshot}
    why = asking.refused("issueCertificate", wanted, "secretary")
    yield scene.refused("the secretariat issues a certificate", "秘书处签发证书", why)
    number = scene.rounds["certificate"] = asking.done("issueCertificate", wanted, "evaluator")["number"]
    yield scene.seen(f"certificate {number} for {best}, signed", f"{best} 的符合性证书 {number}，已签名")


def _row(product: Mapping[str, Any], vendors: Mapping[str, str]) -> Sequence[str]:
    is_told = product["score"] is not None
    return (
        f"{product['name']} {product['product'].partition('#')[2]}",
        vendors[product["vendor"]],
        str(product["institutions"]),
        str(product["records"]),
        f"{product['score']:.2f}" if is_told else "—",
        f"{product['lower']:.1f}–{product['upper']:.1f}" if is_told else "—",
    )
