"""Builds every component once, from the settings; the only place where all parts meet.

The validator is imported when one is built: commands that only look definitions up start sooner without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from fhir_kernel.clock import Clock, system_clock
from fhir_kernel.definitions.catalog import Catalog, open_catalog
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings, load_settings
from terminology.code_tables.layer import CodeTableLayer

if TYPE_CHECKING:
    from conformance.enforcement import Enforcement
    from conformance.rules_in_force import Rule
    from conformance.validator import Policy, Validator
    from fhir_server.metrics import Metrics
    from fhir_server.middleware import App, LogLine
    from fhir_server.search.index import SearchIndex
    from plumbline.app import Resources
    from plumbline.importing.run import Kit
    from plumbline.published import PublishedJudge
    from registry.drafting.package.bench import Bench
    from terminology.engine.installed import Tables
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


def build_enforcement(
    catalog: Catalog, settings: Settings | None = None, *, tables: Tables | None = None
) -> Enforcement:
    """What judges writes, by the policy of the setting `enforcement_file` over the definitions of `catalog`.

    Codes are looked up there and in `tables` (default: those that are installed); no other server is asked, so that a
    write waits for nobody. Raises SettingsError where the policy is wrong or names what `catalog` does not hold.
    """
    return enforcement_maker(catalog, settings or load_settings(), tables)((), ())


def enforcement_maker(
    catalog: Catalog, settings: Settings, tables: Tables | None = None
) -> Callable[[Sequence[Resource], Sequence[Rule]], Enforcement]:
    """What makes such a judge that knows further definitions and rules too. Raises SettingsError."""
    from conformance.enforcement import Enforcement
    from conformance.enforcement_file import check_policy, load_policy
    from conformance.enforcement_policy import EnforcementPolicy
    from conformance.judgement import ACCEPTANCE_CODES
    from conformance.scoring.rules.derive import derive
    from conformance.validator import Validator
    from plumbline import __version__
    from terminology.local import LocalCodes
    from terminology.tables.installed import InstalledTables

    catalog, policy = catalog.extended((ACCEPTANCE_CODES,)), EnforcementPolicy()
    if settings.enforcement_file is not None:
        policy = load_policy(settings.enforcement_file)
        check_policy(policy, catalog, str(settings.enforcement_file))
    tables = tables or InstalledTables(settings.terminology_folder)
    packages = [each.fingerprint for each in catalog.packages]

    def make(resources: Sequence[Resource], rules: Sequence[Rule]) -> Enforcement:
        known = catalog.extended(resources) if resources else catalog
        judged_by = replace(policy, rules=(*policy.rules, *rules))
        validator = Validator(known, LocalCodes(known, tables=tables), policy=policy.validation)
        named = sorted(f"{each.get('url')}|{each.get('version')}" for each in resources)
        definitions = sha256(repr([packages, named] if named else packages).encode()).hexdigest()[:16]
        basis = f"plumbline/{__version__} definitions/{definitions} policy/{judged_by.digest}"
        scored = dict.fromkeys((each.profile, each.type) for each in judged_by.rules)
        derived = [derive(profile, kind, validator) for profile, kind in scored]
        return Enforcement(validator, known.model, judged_by, basis=basis, derived=derived)

    return make


def build_published_judge(
    catalog: Catalog, settings: Settings, terminology: TerminologyService | None = None
) -> PublishedJudge:
    """What judges writes by the standards that are published in the store, too; `terminology` learns of their codes.

    Raises SettingsError.
    """
    from fhir_kernel.packages.archive import ArchiveLimits
    from plumbline.published import PublishedJudge

    def told(definitions: Sequence[Resource]) -> None:
        if terminology is not None:
            terminology.define(catalog.extended(definitions))

    return PublishedJudge(enforcement_maker(catalog, settings), ArchiveLimits.of(settings), told)


def build_server(
    settings: Settings,
    load: Iterable[str],
    log: LogLine,
    metrics: Metrics | None,
    *,
    workers: int = 1,
    open_trial: bool = False,
    clock: Clock = system_clock,
) -> App:
    """The whole server as an ASGI application; see `build_resources`, and `build_application` for `log` and `metrics`.

    All that is stored, judged and decided is so by `clock`; limits of rate and waiting are by the machine's own.

    Raises PackageError, SettingsError, StoreError.
    """
    from fhir_server.public_address import public_address
    from plumbline.app import build_application
    from terminology.operation_table import OPERATIONS

    public_address(settings)  # what is wrong there ends the start, rather than each worker
    catalog = build_catalog(settings, load)
    terminology = build_terminology(settings, catalog=catalog)
    resources = build_resources(settings, catalog, terminology, workers=workers, open_trial=open_trial)
    return build_application(
        terminology, OPERATIONS, settings, log=log, resources=resources, metrics=metrics, clock=clock
    )


def build_resources(
    settings: Settings,
    catalog: Catalog,
    terminology: TerminologyService,
    *,
    workers: int = 1,
    open_trial: bool = False,
) -> Resources | None:
    """What the server needs to keep resources in the setting `store`; None where that is `none`.

    `open_trial` lets everybody in, without tokens. The store is opened once to see that it can be: each worker opens
    its own. Raises SettingsError, StoreError.
    """
    import asyncio

    from fhir_server.search.codes import TerminologyCodes
    from fhir_server.search.context import SearchLimits
    from fhir_server.search.parameter_judge import ParameterJudge
    from plumbline.app import Resources
    from plumbline.stores import store_opener

    open_store = store_opener(settings.store, workers=workers, search_seconds=settings.search_seconds)
    if open_store is None:
        return None

    codes = TerminologyCodes(terminology, SearchLimits())
    index = index_over(catalog, settings)
    published = build_published_judge(catalog, settings, terminology)

    async def try_it() -> None:
        """What cannot be read is told before anybody is served, and what can is shared by all workers."""
        store = await open_store()
        try:
            await published.take_up(store)
        finally:
            await store.close()

    asyncio.run(try_it())
    judge = ParameterJudge(published, index)
    return Resources(open_store, index, catalog.structure, codes, build_bench(settings), judge, open_trial, published)


def build_bench(settings: Settings) -> Bench:
    """Where drafts of packages are compiled, with what they depend on, and their examples validated."""
    from registry.drafting.package.bench import Bench

    return Bench(lambda load: build_catalog(settings, load), lambda catalog: assemble_validator(catalog, settings))


def build_import(store: str | None = None, load: Iterable[str] = ()) -> Kit:
    """What `plumbline import` needs to write to `store` (default: that of the settings) as the server does.

    Raises PackageError, SettingsError.
    """
    from fhir_kernel.clock import random_id, system_clock
    from fhir_kernel.codec.limits import Limits
    from fhir_kernel.errors import SettingsError
    from fhir_server.formats import Formats
    from fhir_server.identity.audit import Auditor
    from fhir_server.search.parameter_judge import ParameterJudge
    from fhir_server.search.upkeep import Upkeep
    from plumbline.importing.resolving import criteria_by
    from plumbline.importing.run import Kit
    from plumbline.stores import store_opener

    settings = load_settings()
    open_store = store_opener(store or settings.store)
    if open_store is None:
        raise SettingsError("the store is 'none'; expected one to import to, such as sqlite:///PATH")
    catalog = build_catalog(settings, load)
    formats = Formats(catalog.model, Limits(max_bytes=settings.body_bytes))
    index = index_over(catalog, settings)
    published = build_published_judge(catalog, settings)
    judge = ParameterJudge(published, index)
    return Kit(
        open_store,
        formats,
        catalog.model,
        judge,
        index.values,
        system_clock,
        criteria_by(index, system_clock),
        Auditor("Plumbline", random_id).written,
        lambda opened: Upkeep(opened, index, random_id),
        published.take_up,
    )


def build_index(load: Iterable[str] = ()) -> SearchIndex:
    """By what the resources of a store are found. Raises PackageError, SettingsError."""
    settings = load_settings()
    return index_over(build_catalog(settings, load), settings)


def index_over(catalog: Catalog, settings: Settings) -> SearchIndex:
    """By what resources are found, where references below the public address are local. Raises SettingsError."""
    from fhir_server.public_address import own_bases
    from fhir_server.search.index import SearchIndex

    return SearchIndex(catalog, bases=own_bases(settings))


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
    settings: Settings | None = None,
    load: Iterable[str] = (),
    *,
    catalog: Catalog | None = None,
    progress: Progress = silent,
) -> TerminologyService:
    """The terminology service over `catalog` (default: that of `build_catalog`) and the installed code tables.

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
    catalog = catalog or build_catalog(settings, load, progress=progress)
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
