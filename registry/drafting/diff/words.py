"""The sentence that tells a change."""

from __future__ import annotations

from collections.abc import Mapping

from registry.drafting.diff.change import shortened
from registry.drafting.diff.profiles import ElementChange
from registry.sentence import Sentence

FACETS: Mapping[str, tuple[str, str]] = {
    "min": ("the least number", "最少次数"),
    "max": ("the greatest number", "最多次数"),
    "maxLength": ("the greatest length", "最大长度"),
    "fixed": ("the fixed value", "固定值"),
    "pattern": ("the pattern", "模式值"),
    "minValue": ("the least value", "最小值"),
    "maxValue": ("the greatest value", "最大值"),
    "defaultValue": ("the default value", "默认值"),
    "type": ("the type", "数据类型"),
    "profile": ("the profile of the type", "数据类型的配置文件"),
    "targetProfile": ("the target of the reference", "引用目标"),
    "aggregation": ("the way of the reference", "引用方式"),
    "versioning": ("the versions of the reference", "引用的版本要求"),
    "contentReference": ("the content reference", "内容引用"),
    "constraint": ("the invariant", "约束"),
    "constraint-text": ("the words of an invariant", "约束的说明"),
    "mustSupport": ("must-support", "必须支持"),
    "isModifier": ("is-modifier", "修饰元素"),
    "binding.strength": ("the strength of the binding", "绑定强度"),
    "binding.valueSet": ("the value set of the binding", "绑定的值集"),
    "binding.maxValueSet": ("the greatest value set of the binding", "绑定的最大值集"),
    "binding.description": ("the description of the binding", "绑定的说明"),
    "slicing.discriminator": ("the discriminators of the slicing", "切片判别依据"),
    "slicing.rules": ("the rules of the slicing", "切片规则"),
    "slicing.ordered": ("the order of the slicing", "切片顺序"),
    "slice": ("the slice", "切片"),
    "element": ("the element", "元素"),
    "code": ("the code", "代码"),
    "display": ("the display", "显示名"),
    "artefact": ("the artefact", "制品"),
    "dependency": ("the dependency", "依赖的软件包"),
    "snapshot": ("the snapshot", "快照"),
    "short": ("the short description", "简短说明"),
    "definition": ("the definition", "定义"),
    "comment": ("the comment", "注释"),
    "context": ("the context of the extension", "扩展的使用位置"),
    "version": ("the version", "版本"),
    "status": ("the status", "状态"),
    "date": ("the date", "日期"),
    "name": ("the name", "名称"),
    "description": ("the description", "说明"),
    "purpose": ("the purpose", "用途"),
    "copyright": ("the copyright", "版权"),
    "publisher": ("the publisher", "发布者"),
    "experimental": ("the mark that it is for trial", "试用标记"),
    "expression": ("the expression", "表达式"),
    "compose": ("the composition", "值集组成"),
    "content": ("the content that is given", "内容完整性"),
    "caseSensitive": ("case-sensitivity", "区分大小写"),
    "parent": ("the parent", "上位概念"),
    "properties": ("the properties", "属性"),
    "notSelectable": ("the mark that it cannot be chosen", "不可选标记"),
    "valueSet": ("the value set of all codes", "全部代码的值集"),
    "baseDefinition": ("the base", "基础定义"),
    "global": ("the profile for all resources", "全局配置文件"),
    "title": ("the title", "标题"),
}


def sentence_of(change: ElementChange) -> Sentence:
    """What happened, where, from what to what."""
    name, _, rest = change.facet.partition(" ")
    en, zh = FACETS.get(name, (name, name))
    if rest:
        en, zh = f"{en} {rest}", f"{zh} {rest}"
    place, before, after = change.element, shortened(change.before), shortened(change.after)
    at, in_zh = (f"{place}: ", f"{place}：") if place else ("", "")
    if change.kind == "added":
        return Sentence(f"{at}{en} is new{_value(after, ': ')}", f"{in_zh}新增{zh}{_value(after, '：')}")
    if change.kind == "removed":
        return Sentence(f"{at}{en} is gone{_value(before, ': ')}", f"{in_zh}删除{zh}{_value(before, '：')}")
    return Sentence(
        f"{at}{en} was {before or '–'} and is {after or '–'}", f"{in_zh}{zh}由 {before or '–'} 改为 {after or '–'}"
    )


def _value(text: str, sign: str) -> str:
    return f"{sign}{text}" if text else ""
