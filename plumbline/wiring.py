"""Builds every component once, from the settings; the only place where all parts meet.

The validator is imported when one is built: commands that only look definitions up start sooner without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from fhir_kernel.definitions.catalog import Catalog, open_catalog
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings, load_settings
from terminology.code_tables.layer import CodeTableLayer

if TYPE_CHECKING:
    from conformance.validator import Policy, Validator
    from terminology.remote.server import RemoteTerminology
    from terminology.service import TerminologyService


def build_validator(
    settings: Settings | None = None,
    load: Iterable[str] = (),
    *,
    policy: Policy | None = None,
    resolver: Callable[[str], Resource | None] | None = None,
) -> Validator:
    """A validator over R4 and everything in `load`; it may be used for any number of resources.

    `resolver` answers references that point outside a resource and its Bundle, where `policy.references` is `follow`.
    Raises PackageError, SettingsError.
    """
    settings = settings or load_settings()
    return assemble_validator(build_catalog(settings, load), settings, policy=policy, resolver=resolver)


def build_catalog(
    settings: Settings | None = None, load: Iterable[str] = (), *, progress: Progress = silent
) -> Catalog:
    """The definitions of FHIR R4 and of everything in `load`: files, folders, archives and NAME#VERSION.

    The Chinese code tables lie below them, so that a package may bring its own.
    Raises PackageError naming what cannot be used, SettingsError.
    """
    loaded = open_catalog(settings or load_settings(), tuple(load), progress=progress)
    return loaded.laid_on(CodeTableLayer())


def assemble_validator(
    catalog: Catalog,
    settings: Settings | None = None,
    *,
    policy: Policy | None = None,
    resolver: Callable[[str], Resource | None] | None = None,
) -> Validator:
    """A validator over the definitions of `catalog`, which answers for codes too; an upstream server for the others.

    Raises SettingsError.
    """
    from conformance.validator import Validator
    from terminology.local import LocalCodes

    local, remote = LocalCodes(catalog), build_remote(settings or load_settings())
    if remote is None:
        return Validator(catalog, local, policy=policy, resolver=resolver)
    from terminology.remote.codes import UpstreamCodes

    return Validator(catalog, UpstreamCodes(local, remote), policy=policy, resolver=resolver)


def build_remote(settings: Settings) -> RemoteTerminology | None:
    """The upstream terminology server; None where none is set or the network may not be used. Raises SettingsError."""
    if settings.upstream_terminology is None or settings.offline:
        return None
    import time

    from plumbline import __version__
    from terminology.remote.server import RemoteTerminology
    from terminology.remote.upstream import Bounds, Upstream

    bounds = Bounds(
        timeout=settings.upstream_timeout,
        connect_timeout=min(settings.connect_timeout, settings.upstream_timeout),
        cache_seconds=settings.upstream_cache_seconds,
    )
    agent = f"Plumbline/{__version__}"
    upstream = Upstream(settings.upstream_terminology, settings.upstream_token, agent, bounds)
    return RemoteTerminology(upstream, time.monotonic)


def build_terminology(
    settings: Settings | None = None, load: Iterable[str] = (), *, progress: Progress = silent
) -> TerminologyService:
    """The terminology service over the definitions of `build_catalog` and the installed code tables.

    Where an upstream server is set, it is asked about what is not held here.
    Raises PackageError naming what cannot be used, SettingsError.
    """
    from fhir_kernel.clock import random_id, system_clock
    from terminology.code_tables import canonical_of
    from terminology.code_tables.build import naming_systems
    from terminology.engine.installed import Installed
    from terminology.limits import Limits
    from terminology.service import TerminologyService
    from terminology.tables.installed import InstalledTables

    settings = settings or load_settings()
    catalog = build_catalog(settings, load, progress=progress)
    limits = Limits()
    tables = InstalledTables(settings.terminology_folder)
    content = Installed(catalog, tables, alias=canonical_of, remembered=limits.remembered_definitions)
    make: Callable[..., TerminologyService] = TerminologyService
    if (remote := build_remote(settings)) is not None:
        from terminology.remote.service import ForwardingService

        make = partial(ForwardingService, remote)
    return make(
        content, catalog.model, clock=system_clock, new_id=random_id, limits=limits, naming_systems=naming_systems
    )
