"""The words of the second act in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "Now the server: {count} institutions send records over HTTP, each with a token of its own",
        "接下来启动服务器：{count} 家机构各持令牌，通过 HTTP 上报记录",
    ),
    "institution": ("Institution", "机构"),
    "sent": ("Sent", "上报"),
    "accepted": ("Accepted", "接受"),
    "warned": ("with warnings", "接受并警告"),
    "refused": ("Refused", "拒绝"),
    "observed": ("Observed", "观察"),
    "reasons": ("Refused, most often because", "拒绝的主要原因"),
    "modes": (
        "Refused: what breaks R4 or the patient profile. With warnings: the laboratory profile. Observed: accepted, "
        "but it breaks the encounter profile.",
        "拒绝：违反 R4 或患者规范；接受并警告：违反检验规范；观察：已接受，但违反就诊规范，仅计数。",
    ),
    "policy": ("The rules in force are in {path}", "生效规则见 {path}"),
    "evidence": (
        "Evidence of {count} writes is kept, by institution and product, in {path}",
        "{count} 次写入的证据已按机构和产品留存于 {path}",
    ),
    "try": ("To try it yourself, start the server in one terminal:", "您可以自己试一试。在一个终端启动服务器："),
    "ask": ("and ask in another:", "在另一个终端发送请求："),
}
"""English and Chinese by key."""


def word(key: str, language: Language, **values: object) -> str:
    """The words for `key`, with `values` filled in."""
    return WORDS[key][language == "zh"].format_map(values)
