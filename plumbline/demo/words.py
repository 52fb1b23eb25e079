"""The words around the story in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "One server, one store, one sample standard (no official text), its whole life, seed {seed}",
        "一台服务器、一个存储、一项样例标准（非正式标准）的全过程，种子 {seed}",
    ),
    "where": ("Everything is kept in {path}", "全部内容保存在 {path}"),
    "marks": ("✗ refused, with the sentence that the server gave   · seen", "✗ 被拒绝及服务器给出的理由   · 结果"),
    "clock": (
        "The windows of days are those of the rules as shipped. They did not pass here: the clock of this server was "
        "moved on, from {first} to {last}; everything else is as it always is.",
        "各期限均为内置规则所定的天数，但并未真正等待：服务器的时钟由 {first} 拨至 {last}；其余一切如常。",
    ),
    "open": ("The server answers at {address}. Open in a browser:", "服务器地址 {address}。可在浏览器打开："),
    "report": ("the report of {name}: verdict, what to mend, trend, peers", "{name}的评价报告：结论、整改、趋势、同类"),
    "verification": ("is this the snapshot that was taken?", "核验评分快照"),
    "scores": ("the snapshots that were taken", "已生成的评分快照"),
    "certificate": ("the certificate of a product, with its signature", "产品符合性证书及其签名"),
    "products": ("the scores of products", "厂商产品得分"),
    "peers": ("peers of a class, without names", "同类机构（匿名）"),
    "erratum": ("the erratum", "勘误"),
    "standard": ("the standard with both editions", "标准及两个版本"),
    "events": ("every step of the first edition", "第一版的每一步"),
    "comments": ("the table of comments and what became of them", "意见汇总处理表"),
    "announcement": ("the announcement of the second edition", "第二版公告"),
    "rules": ("the rules on a day of the past", "过去某日生效的规则"),
    "package": ("the package, as clients of FHIR ask for it", "FHIR 客户端获取的数据包"),
    "metadata": ("what the FHIR server can do", "FHIR 服务器能力声明"),
    "login": ("With a login, such as that of the evaluator:", "登录后（如评价员）："),
    "explanation": ("each step from the counts to the score", "得分的逐步说明"),
    "account": ("everything that led to the score", "得分明细"),
    "stop": ("Ctrl-C stops the server.", "按 Ctrl-C 停止服务器。"),
    "again": ("To look at it later:", "以后查看："),
    "took": ("It took {seconds} seconds.", "用时 {seconds} 秒。"),
}
"""English and Chinese by key."""


def word(key: str, language: Language, **values: object) -> str:
    """The words for `key`, with `values` filled in."""
    return WORDS[key][language == "zh"].format_map(values)
