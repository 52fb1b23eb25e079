"""`plumbline package`: the FHIR packages that are installed (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fhir_kernel.packages.package import Package


@click.group()
def command() -> None:
    """Install and list FHIR packages, in the folder that FHIR tools share."""


@command.command()
@click.argument("packages", nargs=-1, required=True, metavar="PACKAGE...")
def install(packages: tuple[str, ...]) -> None:
    """Install packages, each given as name#version or as a .tgz; what is there already is left as it is."""
    from fhir_kernel.packages.resolve import install as install_one
    from fhir_kernel.settings import load_settings
    from plumbline import progress

    settings = load_settings()
    for text in packages:
        with progress.stages(plain=True) as stages:
            package = install_one(text, settings, progress=stages)
        click.echo(f"{package} is installed in {settings.package_folder}")


@command.command("list")
def list_() -> None:
    """List the installed packages."""
    from fhir_kernel.packages.cache import PackageCache
    from fhir_kernel.settings import load_settings

    for package in PackageCache(load_settings().package_folder).installed():
        click.echo(str(package))


@command.command()
@click.argument("package")
def show(package: str) -> None:
    """Show what a package says of itself and what it holds.

    PACKAGE is name#version, a .tgz or a folder.
    """
    from fhir_kernel.packages.resolve import resolve_packages
    from fhir_kernel.settings import load_settings

    found = resolve_packages([package], load_settings()).packages[-1]
    click.echo("\n".join(_described(found)))


def _described(package: Package) -> list[str]:
    from plumbline.wiring import build_catalog

    manifest = package.manifest
    lines = [package.source]
    if manifest is not None:
        lines += [f"title         {manifest.title}"] if manifest.title else []
        lines += [f"FHIR          {', '.join(manifest.fhir_versions)}"] if manifest.fhir_versions else []
        lines += [f"depends on    {name}#{version}" for name, version in manifest.dependencies.items()]
    types = build_catalog().model
    resources = sorted(package.resources(lambda: types), key=lambda each: str(each["resourceType"]))
    counts = Counter(str(each["resourceType"]) for each in resources)
    lines += [f"{count:>6}  {resource_type}" for resource_type, count in counts.items()]
    lines += [f"        {each['url']}" for each in resources if each["resourceType"] == "StructureDefinition"]
    return lines
