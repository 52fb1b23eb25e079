"""The terminology service: every operation over one snapshot of installed content. Knows no HTTP.

https://hl7.org/fhir/R4/terminology-service.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fhir_kernel.clock import Clock, NewId
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import DamagedTable
from fhir_kernel.resource import Resource
from terminology.closure_store import ClosureStore, MemoryClosures
from terminology.engine.installed import Definitions, Installed
from terminology.engine.maps import Maps
from terminology.engine.shape import check_call
from terminology.failures import failed
from terminology.limits import Limits
from terminology.operations import Call, Operation

RESOURCE_TYPES = ("CodeSystem", "ValueSet", "ConceptMap", "NamingSystem")


class TerminologyService:
    """Carries out operations. Threads may share it: nothing is kept in it but caches and closure tables."""

    def __init__(
        self,
        content: Installed,
        model: Model,
        *,
        clock: Clock,
        new_id: NewId,
        limits: Limits,
        naming_systems: Callable[[], Iterable[Resource]] = tuple,
        closures: ClosureStore | None = None,
    ) -> None:
        """`naming_systems` tells of those that no package brings; `closures` keeps closure tables, by default here."""
        self.content, self.model, self.limits = content, model, limits
        self._clock, self.new_id, self._naming_systems = clock, new_id, naming_systems
        self.closures: ClosureStore = closures or MemoryClosures(clock)
        self._maps: tuple[Definitions, Maps] | None = None
        self.generation = 0
        """Counts how often the installed content has changed under the running service."""

    waits = False
    """Whether an operation may have to wait for another server."""

    def refresh(self) -> None:
        """Take up code tables that were installed, replaced or removed since; operations under way keep theirs."""
        content = self.content.refreshed()
        if content is not self.content:
            self.content = content
            self.generation += 1

    def define(self, definitions: Definitions) -> None:
        """Answer from these definitions from now on; operations under way keep theirs."""
        self.content, self._maps = self.content.over(definitions), None
        self.generation += 1

    @property
    def maps(self) -> Maps:
        """The installed concept maps by what they map, read when first asked for."""
        content, made = self.content, self._maps
        if made is None or made[0] is not content.definitions:
            made = self._maps = content.definitions, Maps(content.concept_maps())
        return made[1]

    def run(self, operation: Operation, call: Call) -> Resource:
        """The resource that the operation answers with. Raises OperationFailed."""
        check_call(call)
        try:
            return operation.handler(self, call)
        except DamagedTable as error:
            raise failed("no-store", f"an installed code table is damaged: {error.reason}; import it again") from error

    def now(self) -> str:
        """The time, as a FHIR instant."""
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def all(self, resource_type: str) -> Iterable[Resource]:
        """Every resource of one of RESOURCE_TYPES; large code systems without their concepts."""
        yield from self.content.definitions.all(resource_type)
        if resource_type == "CodeSystem":
            yield from self.content.tables.headers()
        elif resource_type == "NamingSystem":
            yield from self._naming_systems()

    def find(self, canonical: str, resource_type: str) -> Resource | None:
        """The resource that `url` or `url|version` names."""
        url, _, version = canonical.partition("|")
        if resource_type == "CodeSystem":
            for each in self.content.tables.headers():
                if each.get("url") == url and (not version or each.get("version") == version):
                    return each
        return self.content.definitions.find(canonical, resource_type)

    def read(self, resource_type: str, id_: str) -> Resource | None:
        """The resource with this id."""
        return next((each for each in self.all(resource_type) if each.get("id") == id_), None)
