"""What the exports say besides their content, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from fhir_kernel.issues import Language
from registry.sentence import Sentence

WORDS: Mapping[str, Sentence] = {
    "report": Sentence("Conformance report", "标准符合性评价报告"),
    "comma": Sentence(", ", "，"),
    "colon": Sentence(": ", "："),
    # the verdict
    "verdict": Sentence("Verdict", "评价结论"),
    "institution": Sentence("Institution", "机构"),
    "class": Sentence("class", "类别"),
    "jurisdiction": Sentence("jurisdiction", "辖区"),
    "period": Sentence("Period", "评价周期"),
    "score": Sentence("Score", "得分"),
    "of-hundred": Sentence("of 100", "满分 100"),
    "interval": Sentence("Interval", "区间"),
    "lower": Sentence("Lower limit", "下限"),
    "upper": Sentence("Upper limit", "上限"),
    "level": Sentence("Level", "等级"),
    "no-level": Sentence("none", "未达级"),
    "level-note": Sentence("C1 to C5; not the grades 甲/乙", "C1 至 C5，非甲乙等级"),
    "coverage": Sentence("Coverage", "数据覆盖率"),
    "coverage-note": Sentence("of the records expected", "占应报数据"),
    "judgements": Sentence("Judgements", "判定数"),
    "judgements-note": Sentence("that count, of all rules", "全部规则的有效判定"),
    "withheld": Sentence("No score is given", "不予评分"),
    "withheld-note": Sentence(
        "The reasons lie with the tool or with what it was given, not with the institution. What each rule found "
        "is shown; dimensions and gains are not, for they may be wrong, too.",
        "原因在于评价工具或其输入，与机构无关。以下仍列出各规则的判定结果；各维度值与可提升分数也可能有误，故不列出。",
    ),
    "gate": Sentence("The gate is broken: no level is given", "未通过门槛项：不予定级"),
    "next-level": Sentence("What the next level lacks", "距下一等级的差距"),
    "dimensions": Sentence("Dimensions", "评价维度"),
    "dimension": Sentence("Dimension", "维度"),
    "value": Sentence("Value", "取值"),
    "weight": Sentence("Weight", "权重"),
    "formula": Sentence(
        "The score is 100 times the product of the dimensions, each to the power of its weight.",
        "得分为 100 乘以各维度值以其权重为指数的乘积。",
    ),
    "mend-first": Sentence("What to mend first", "优先整改事项"),
    "nothing-to-mend": Sentence("No single rule would raise the score.", "没有任何单项规则的整改能提升得分。"),
    "gain": Sentence("Gain", "可提升"),
    "gain-note": Sentence(
        "Gain: what the score would rise by, if this rule were fully met.",
        "“可提升”指该规则全部满足后得分的增加值。",
    ),
    # over time, and among peers
    "trend": Sentence("Over time", "趋势"),
    "chart-dimensions": Sentence("Bar chart of the dimensions", "各维度条形图"),
    "chart-trend": Sentence("Line chart of the scores by period", "各周期得分折线图"),
    "chart-funnel": Sentence(
        "Funnel plot of {count} institutions of the class around their common score of {centre}",
        "同类 {count} 家机构的漏斗图，共同得分 {centre}",
    ),
    "chart-own": Sentence(
        "; this institution has {score} from {records} judgements: {place}",
        "；本机构得分 {score}，判定数 {records}：{place}",
    ),
    "no-trend": Sentence("There is no earlier period.", "没有更早的周期。"),
    "window": Sentence("Window", "时间窗"),
    "months": Sentence("{months} months", "{months} 个月"),
    "mean": Sentence("Mean", "均值"),
    "mean-before": Sentence("Mean of as many before", "之前同长时间窗均值"),
    "change": Sentence("Change", "变化"),
    "watch": Sentence("Watch", "监测"),
    "alarm": Sentence("alarm: the score falls", "预警：得分下降"),
    "no-alarm": Sentence("no alarm", "无预警"),
    "trend-note": Sentence(
        "Line: the score of each period, with its interval. Dashes: the mean of the last 3 months and of the 3 before; "
        "dots: the same of 12 months. In red: an alarm.",
        "实线为各周期得分及其区间；虚线为近 3 个月与此前 3 个月的均值；点线为 12 个月的均值。红色表示预警。",
    ),
    "peers": Sentence("Among peers", "同类机构比较"),
    "no-peers": Sentence("There are no peers with a score.", "没有已评分的同类机构。"),
    "peers-note": Sentence(
        "Each point is an institution of the class; others are not named. Line: their common score. Dark and light "
        "bands: where 95 % and 99.8 % lie if they differ by chance alone. No ranks are drawn from it.",
        "每一点为一家同类机构，其他机构不具名。横线为共同得分；深、浅色带为仅由随机差异造成时 95% 与 99.8% 的范围。"
        "不据此排名。",
    ),
    "place": Sentence("This institution lies", "本机构位置"),
    "far below": Sentence("far below the limits (99.8 %)", "远低于范围（99.8%）"),
    "below": Sentence("below the limits (95 %)", "低于范围（95%）"),
    "within": Sentence("within the limits", "在范围之内"),
    "above": Sentence("above the limits (95 %)", "高于范围（95%）"),
    "far above": Sentence("far above the limits (99.8 %)", "远高于范围（99.8%）"),
    "records": Sentence("judgements (logarithmic)", "判定数（对数刻度）"),
    # rule by rule
    "annex": Sentence("Annex: rules to mend", "附录：需要整改的规则"),
    "no-failures": Sentence("No rule is to be mended.", "没有需要整改的规则。"),
    "silent": Sentence(
        "Expected rules that had nothing to judge, each counting as 0: {count}",
        "应考核但没有可判定数据的规则（均按 0 计）：{count} 条",
    ),
    "silent-note": Sentence(
        "Nothing came that it asks, and it counts as 0. The gain is what as many cases as are expected, or enough of "
        "them to show 95 %, would bring.",
        "没有该规则所要求的内容，按 0 计。“可提升”按应有数量（无应有数量时按足以证明 95% 的数量）全部通过估算。",
    ),
    "other-rules": Sentence("Annex: the other rules", "附录：其他规则"),
    "rules": Sentence("Rules", "规则"),
    "rule": Sentence("Rule", "规则"),
    "asks": Sentence("What it asks", "要求"),
    "fix": Sentence("What to do", "整改建议"),
    "clause": Sentence("Clause", "条款"),
    "reference": Sentence("Profile and element", "配置文件与元素"),
    "strength": Sentence("Strength", "约束强度"),
    "severity": Sentence("Severity", "严重程度"),
    "critical": Sentence("critical", "严重"),
    "major": Sentence("major", "重要"),
    "minor": Sentence("minor", "一般"),
    "info": Sentence("information", "提示"),
    "data-set": Sentence("Data set", "数据集"),
    "judged": Sentence("Judged", "已判定"),
    "passed": Sentence("Passed", "通过"),
    "failed": Sentence("Failed", "未通过"),
    "errors": Sentence("Errors of the tool", "工具出错"),
    "effect": Sentence("Design effect", "设计效应"),
    "limit": Sentence("Lower limit L", "置信下限 L"),
    "examples": Sentence("Examples", "示例"),
    "example-note": Sentence("Letters and digits of values are masked.", "取值中的字母与数字已脱敏。"),
    "resource": Sentence("Resource version", "资源版本"),
    "refused": Sentence("refused, not kept", "已拒收，未保存"),
    "path": Sentence("Place (FHIRPath)", "位置（FHIRPath）"),
    "found": Sentence("Found (masked)", "实际值（脱敏）"),
    "issue": Sentence("Message", "消息"),
    "day": Sentence("Day", "日期"),
    "product": Sentence("Product", "产品"),
    "excused": Sentence("Excused by approved declarations", "经批准声明不适用的规则"),
    # where it comes from
    "origin": Sentence("How to check this report", "如何核验本报告"),
    "origin-note": Sentence(
        "All numbers are computed from one snapshot; the same inputs give the same bytes. Ask the address below "
        "for its digest, and compare.",
        "全部数字由同一快照计算得出，相同输入得到相同字节。请访问下列地址查询摘要并比对。",
    ),
    "snapshot": Sentence("Snapshot", "快照"),
    "digest": Sentence("SHA-256 of the snapshot", "快照的 SHA-256 摘要"),
    "taken": Sentence("Taken", "生成时间"),
    "pack": Sentence("Rule pack", "规则包"),
    "policy": Sentence("Score policy", "评分策略"),
    "engine": Sentence("Program", "程序"),
    "seed": Sentence("Seed", "随机种子"),
    "verification": Sentence("Verification", "核验地址"),
    # the verification page
    "checking": Sentence("Verification of a snapshot", "评分快照核验"),
    "verified": Sentence("This digest is published", "该摘要已发布"),
    "verified-note": Sentence(
        "A snapshot of conformance scores with this digest was published here.", "本系统已发布具有该摘要的评分快照。"
    ),
    "unknown": Sentence("This digest is not known", "未找到该摘要"),
    "unknown-note": Sentence(
        "No snapshot with this digest was published here. A report that names it was changed, or was not made "
        "here. Compare all 64 characters before you conclude so.",
        "本系统未发布具有该摘要的快照。引用该摘要的报告可能已被改动，或并非由本系统生成。"
        "下结论前请逐一比对 64 个字符。",
    ),
    "replaced": Sentence(
        "A newer snapshot of the same period was published since: {id}", "该周期已发布更新的快照：{id}"
    ),
    "sought": Sentence("Digest", "摘要"),
    "content": Sentence("Canonical bytes", "规范字节"),
    "size": Sentence("Size", "大小"),
    "bytes": Sentence("{count} bytes", "{count} 字节"),
    "how": Sentence("How to check them", "核验方法"),
    "how-note": Sentence(
        "Fetch the canonical bytes, as far as you may see them, and compute their SHA-256. It has to be the digest "
        "above, in all 64 characters.",
        "在权限范围内下载规范字节并计算其 SHA-256，结果应与上述摘要的 64 个字符完全一致。",
    ),
}
"""By name."""


def word(name: str, language: Language, **values: object) -> str:
    """What is said in one language."""
    return WORDS[name].said_in(language).format_map(values)
