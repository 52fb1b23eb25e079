"""The folder of installed packages that FHIR tools share: NAME#VERSION/package/… (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fhir_kernel.packages.manifest import PackageId, parse_reference


@dataclass(frozen=True, slots=True)
class PackageCache:
    """Installed packages below `root`, which need not exist."""

    root: Path

    def find(self, package: PackageId) -> Path | None:
        """The folder of an installed package, which holds `package/package.json`."""
        folder = self.root / str(package)
        return folder if is_whole(folder) else None

    def installed(self) -> list[PackageId]:
        """Every installed package, sorted by name and version."""
        names = os.listdir(self.root) if self.root.is_dir() else []
        parsed = (parse_reference(name) for name in names if "#" in name)
        return sorted(found for pair in parsed if pair and self.find(found := PackageId(*pair)))

    def versions(self, name: str) -> list[str]:
        """The installed versions of a package."""
        return [package.version for package in self.installed() if package.name == name]


def is_whole(folder: Path) -> bool:
    """Whether a folder of the cache holds all of a package, as far as its manifest tells."""
    return (folder / "package" / "package.json").is_file()
