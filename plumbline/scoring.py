"""What scores are taken with in this installation: by the server and by the command line the same."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from fhir_kernel.settings import Settings
from plumbline import __version__

if TYPE_CHECKING:
    from registry.scores.running.around import Around, Scorer


def around(settings: Settings, scorer: Scorer | None = None) -> Around:
    """Who judges and counts, where days begin, what errata strike; sheets are scored on a thread, or by `scorer`."""
    from registry.api.assembly import CHINA
    from registry.scores.appeals.strikes import strikes_in
    from registry.scores.running.around import Around, OnThread

    return Around(
        timezone(CHINA), f"Plumbline {__version__}", terminology_digest(settings), strikes_in, scorer or OnThread()
    )


def terminology_digest(settings: Settings) -> str:
    """Of the names and versions of the code tables that are installed besides those that come with Plumbline."""
    from conformance.scoring.canonical import digest
    from terminology.tables.installed import InstalledTables

    return digest([list(each) for each in InstalledTables(settings.terminology_folder)])
