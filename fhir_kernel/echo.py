"""Values of records as messages echo them: in the form of JSON, and no more of a long one than tells which it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

LONGEST = 100
"""Characters up to which a value is shown whole."""
_SHOWN = 60
_CUT: Mapping[str, str] = MappingProxyType({"en": "{}… ({} characters)", "zh": "{}…（共 {} 个字符）"})


def echoed(value: Any, language: str = "en") -> str:
    """What stands in a message for `value`: a string is cut where it is long, anything else is as JSON has it."""
    text = value if isinstance(value, str) else _json(value)
    return text if len(text) <= LONGEST else _CUT[language].format(text[:_SHOWN], len(text))


def _json(value: Any) -> str:
    """Decimals keep their digits."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
