"""The words of the third act in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "Now the registry: our sample standard, no official text, from a citizen's proposal to its end, over HTTP",
        "接下来是标准登记系统：我们的样例标准（非正式标准）从公众建议到废止的全过程，均通过 HTTP",
    ),
    "progress": ("the life of a standard", "标准全生命周期"),
    "clock": (
        "The windows of days are those of the rules as shipped. They did not pass here: the clock of this example "
        "server was moved on, from {first} to {last}; everything else is as it always is.",
        "各期限均为内置规则所定的天数，但并未真正等待：示例服务器的时钟由 {first} 拨至 {last}；其余一切如常。",
    ),
    "marks": ("✗ refused, with the sentence that the server gave   · seen", "✗ 被拒绝及服务器给出的理由   · 结果"),
    "kept": (
        "Everything is kept in {path}: {count} events, each with who, in which role, by which rules.",
        "全部内容保存在 {path}：共 {count} 步，每步记录何人、以何角色、依何规则。",
    ),
    "try": ("To look at it, start the server in one terminal:", "如需查看，请在一个终端启动服务器："),
    "open": ("and open in a browser, or with curl:", "然后在浏览器或用 curl 打开："),
    "standard": ("the standard with both editions", "标准及两个版本"),
    "events": ("every step of the first edition", "第一版的每一步"),
    "comments": ("the table of comments and what became of them", "意见汇总处理表"),
    "announcement": ("the announcement of the second edition", "第二版公告"),
    "rules": ("the rules on a day of the past", "过去某日生效的规则"),
    "package": ("the package, as clients of FHIR ask for it", "FHIR 客户端获取的数据包"),
    "profile": ("the profile at its place in FHIR", "FHIR 中的配置文件"),
    "send": ("A record without a birth date is still refused:", "没有出生日期的记录仍被拒绝："),
}
"""English and Chinese by key."""


def word(key: str, language: Language, **values: object) -> str:
    """The words for `key`, with `values` filled in."""
    return WORDS[key][language == "zh"].format_map(values)
