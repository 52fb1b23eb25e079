"""Builds every component once, from the settings; the only place where all parts meet.

The validator is imported when one is built: commands that only look definitions up start sooner without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fhir_kernel.definitions.catalog import Catalog, open_catalog
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings, load_settings

if TYPE_CHECKING:
    from conformance.validator import Policy, Validator


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
    return assemble_validator(build_catalog(settings, load), policy=policy, resolver=resolver)


def build_catalog(
    settings: Settings | None = None, load: Iterable[str] = (), *, progress: Progress = silent
) -> Catalog:
    """The definitions of FHIR R4 and of everything in `load`: files, folders, archives and NAME#VERSION.

    Raises PackageError naming what cannot be used, SettingsError.
    """
    return open_catalog(settings or load_settings(), tuple(load), progress=progress)


def assemble_validator(
    catalog: Catalog,
    *,
    policy: Policy | None = None,
    resolver: Callable[[str], Resource | None] | None = None,
) -> Validator:
    """A validator over the definitions of `catalog`, which answers for codes too."""
    from conformance.validator import Validator
    from terminology.local import LocalCodes

    return Validator(catalog, LocalCodes(catalog), policy=policy, resolver=resolver)
