"""The catalogue of every issue that Plumbline reports, in English and Chinese.

One module an area, each a table `MESSAGES` from the stable issue id to its `Message`; `CATALOGUE` joins them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from fhir_kernel.messages.message import Message


def _join() -> Mapping[str, Message]:
    joined: dict[str, Message] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name == "message":
            continue
        for issue_id, message in importlib.import_module(f"{__name__}.{module.name}").MESSAGES.items():
            if issue_id in joined:
                raise ValueError(f"issue id {issue_id!r} stands in two catalogues")
            joined[issue_id] = message
    return MappingProxyType(joined)


CATALOGUE: Mapping[str, Message] = _join()
