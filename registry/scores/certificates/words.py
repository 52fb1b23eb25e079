"""The words of a certificate in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Certificate of conformance", "标准符合性证书"),
    "number": ("Number", "证书编号"),
    "product": ("Product", "产品"),
    "version": ("Version", "版本"),
    "vendor": ("Vendor", "厂商"),
    "active": ("active", "有效"),
    "withdrawn": ("withdrawn", "已撤销"),
    "expired": ("expired", "已过期"),
    "issued": ("Issued", "颁发日期"),
    "valid-until": ("Valid until", "有效期至"),
    "withdrawn-for": ("Withdrawn on {day}: {reason}", "于 {day} 撤销：{reason}"),
    "says": (
        "What institutions sent by this product from {begin} to {end} was judged by the rules of the published "
        "standards. The lower limit of its score and every dimension measured reach what is asked for level {level}.",
        "各机构使用本产品于 {begin} 至 {end} 期间报送的数据，已按现行标准的规则评价。得分下限及各测量维度均达到等级 "
        "{level} 的要求。",
    ),
    "score": ("Score", "得分"),
    "interval": ("90 % interval", "90 % 区间"),
    "institutions": ("Institutions", "机构数"),
    "snapshot": ("Snapshot", "评分快照"),
    "policy": ("Policy", "评分策略"),
    "dimension": ("Dimension", "维度"),
    "value": ("Value", "值"),
    "least": ("At the least", "最低要求"),
    "lower": ("Lower limit of the score", "得分下限"),
    "check": ("How to check it", "如何验证"),
    "check-text": (
        "The content of this certificate is signed. Whoever doubts a copy compares its digest with the one here, at "
        "the address of the certificate, and checks the signature:",
        "证书内容已签名。可在下列证书地址核对摘要，并验证签名：",
    ),
    "address": ("Address of the certificate", "证书地址"),
    "digest": ("SHA-256 of the content", "内容的 SHA-256"),
    "signature": ("Signature (ECDSA P-256, SHA-256, DER, base64)", "签名（ECDSA P-256，SHA-256，DER，base64）"),
    "key": ("Key", "密钥"),
    "expected": ("The answer has to be: Verified OK", "应显示：Verified OK"),
}


def word(name: str, language: Language, **values: object) -> str:
    """The words for `name`, with `values` filled in."""
    return _WORDS[name][language == "zh"].format_map(values)
