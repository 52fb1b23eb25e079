"""The rules by which a change is called breaking, non-breaking or informative.

Breaking: a record that conforms to the old draft may not conform to the new one. Where that cannot be told, it
counts as breaking. Non-breaking: what conformed still conforms. Informative: nothing that a record is held to has
changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.sentence import Sentence

WHYS: Mapping[str, Sentence] = {
    "tighter": Sentence("what was allowed before may now be refused", "原先允许的数据现在可能被拒绝"),
    "looser": Sentence("what was allowed before still is", "原先允许的数据仍被允许"),
    "other": Sentence(
        "the old and the new rule cannot be compared: taken as breaking", "新旧规则无法比较，按不兼容处理"
    ),
    "text": Sentence("only words for readers", "仅涉及说明文字"),
    "obligation": Sentence(
        "it obliges systems, and no record is refused for it", "这是对系统的要求，不会因此拒绝任何数据"
    ),
    "advice": Sentence("the binding only advises", "该绑定仅为建议"),
    "same-codes": Sentence("the same codes are allowed", "允许的代码相同"),
    "more-codes": Sentence("all codes that were allowed still are", "原先允许的代码仍全部允许"),
    "fewer-codes": Sentence("codes that were allowed no longer are", "部分原先允许的代码不再允许"),
    "slice-matching": Sentence(
        "it decides which items belong to a slice: others may now be held to its rules",
        "该规则决定哪些条目属于该切片，其他条目可能因此受其约束",
    ),
    "slice-added": Sentence(
        "items that match are held to rules that they were not held to", "匹配的条目将受到新规则约束"
    ),
    "slice-open": Sentence("other items are allowed there", "此处允许其他条目"),
    "slice-closed": Sentence("only items of the listed slices are allowed there", "此处只允许已列出切片的条目"),
    "new-extension": Sentence(
        "optional, and the extension is new: nobody could have used it", "该扩展可选且为新定义，此前无人使用"
    ),
    "new": Sentence("nobody can have used it before", "此前无人使用"),
    "gone": Sentence("whoever refers to it finds it no longer", "引用者将无法再找到它"),
    "display": Sentence(
        "records with a display that is no longer one of the code's are refused", "使用旧显示名的数据将被拒绝"
    ),
    "unused-rule": Sentence("no rule for records depends on it", "没有数据规则依赖于此"),
    "clients": Sentence(
        "whoever calls it by the old definition may get something else", "按旧定义调用者可能得到不同结果"
    ),
}
"""By name, the sentence that a change gives as its reason."""
