"""The resources that can be read and searched, found by what their rows say."""

from __future__ import annotations

import threading

from fhir_kernel.resource import Resource
from fhir_server.backend import TerminologyBackend
from fhir_server.outcomes import refused
from terminology.browse import Row, Shelf


class Library:
    """What `backend` holds. The rows of a type are made when it is asked for first, and anew when content changes."""

    def __init__(self, backend: TerminologyBackend) -> None:
        self._backend = backend
        self._shelves: dict[tuple[str, int], Shelf] = {}
        self._making = threading.Lock()

    def shelf(self, resource_type: str) -> Shelf:
        """What can be searched for in the resources of a type."""
        key = (resource_type, self._backend.generation)
        found = self._shelves.get(key)
        if found is not None:
            return found
        with self._making:
            if key not in self._shelves:
                self._shelves = {each: shelf for each, shelf in self._shelves.items() if each[1] == key[1]}
                self._shelves[key] = Shelf(resource_type, self._backend.all(resource_type))
            return self._shelves[key]

    def fetch(self, resource_type: str, row: Row) -> Resource | None:
        """The resource of a row, None where it has gone."""
        canonical, resource_id = row.canonical, row.first("_id")
        found = self._backend.find(canonical, resource_type) if canonical else None
        if found is None and resource_id is not None:
            return self._backend.read(resource_type, resource_id)
        return found

    def read(self, resource_type: str, resource_id: str) -> Resource:
        """The resource with an id. Raises RequestRefused: 404 where there is none."""
        row = self.shelf(resource_type).with_id(resource_id)
        found = self.fetch(resource_type, row) if row is not None else None
        if found is None:
            raise refused("not-found", f"There is no {resource_type} with the id '{resource_id}'")
        return found
