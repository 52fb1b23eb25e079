"""The one way to write a value as JSON, so that equal values have equal bytes and digests.

Keys in order, no blanks, as in https://www.rfc-editor.org/rfc/rfc8785; numbers as Python writes them, which is the
shortest text that is read as the same number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any


def canonical(value: Any) -> bytes:
    """The bytes of a value of our model."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()


def plain(value: Any) -> Any:
    """The value in the types of JSON; dates and decimal numbers as texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (date, Decimal)):
        return str(value)
    return value
