"""The headings by which a table's columns are recognised where no mapping names them, in Chinese and English."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("代码", "编码", "值", "代码值", "值代码", "主要编码", "code", "concept code", "value"),
    "display": (
        "名称",
        "值含义",
        "含义",
        "中文名称",
        "代码名称",
        "编码名称",
        "值名称",
        "display",
        "name",
        "term",
        "meaning",
    ),
    "definition": ("说明", "定义", "描述", "解释", "备注", "definition", "description", "remark"),
    "parent": ("上级代码", "上级编码", "父代码", "父编码", "父级编码", "父级代码", "parent", "parents", "parent code"),
    "status": ("状态", "启用状态", "使用状态", "status"),
}
"""By role the headings, the likelier first."""

INACTIVE = frozenset(
    {
        *("停用", "已停用", "作废", "已作废", "废止", "已废止", "失效", "注销", "禁用", "删除"),
        *("inactive", "retired", "deprecated", "withdrawn"),
    }
)
"""What a status column says of concepts that are not to be used any more."""
STATUSES: Mapping[str, str] = {
    "启用": "active",
    "有效": "active",
    "正常": "active",
    "在用": "active",
    "active": "active",
    "draft": "draft",
    "草案": "draft",
    "experimental": "experimental",
    "deprecated": "deprecated",
}
"""The words of http://hl7.org/fhir/concept-properties#status for what a status column says."""


def folded(heading: str) -> str:
    """A heading as it is compared: forms of width, case and surrounding blanks do not count."""
    return unicodedata.normalize("NFKC", heading).strip().casefold()
