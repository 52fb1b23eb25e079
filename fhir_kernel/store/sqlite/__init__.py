"""Resources in one SQLite file (https://www.sqlite.org/): the embedded store."""

from fhir_kernel.store.sqlite.store import SqliteStore as SqliteStore
