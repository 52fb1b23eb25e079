"""The dimensions of a score by their titles."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.scoring.model import Dimension
from conformance.scoring.said import Said

TITLES: Mapping[Dimension, Said] = {
    "D1": Said("structure and profiles", "结构与规范"),
    "D2": Said("terminology and value domains", "术语与值域"),
    "D3": Said("completeness and coverage", "完整性与覆盖"),
    "D4": Said("consistency and plausibility", "一致性与合理性"),
    "D5": Said("timeliness", "及时性"),
    "D6": Said("interaction services", "交互服务"),
    "D7": Said("security and traceability", "安全与可追溯"),
}
