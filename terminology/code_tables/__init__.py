"""Chinese national and health-sector code tables, as code systems and value sets (docs/code-tables.md)."""

from __future__ import annotations

from terminology.code_tables.build import code_table_resources
from terminology.code_tables.layer import CodeTableLayer
from terminology.code_tables.table import canonical_of

__all__ = ["CodeTableLayer", "canonical_of", "code_table_resources"]
