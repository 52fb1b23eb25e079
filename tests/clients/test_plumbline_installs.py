"""Our own command installs from a registry of ours."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.clients.package_server import registry
from tests.registry.packages.world import NAME


def test_plumbline_installs_a_published_package(tmp_path, tmp_path_factory):
    with registry(tmp_path_factory.mktemp("registry")) as served:
        known = {
            **os.environ,
            "PLUMBLINE_REGISTRIES": served.packages,
            "PLUMBLINE_PACKAGE_FOLDER": str(tmp_path / "packages"),
            "PLUMBLINE_CACHE_FOLDER": str(tmp_path / "cache"),
            "PLUMBLINE_OFFLINE": "false",
        }
        command = [sys.executable, "-m", "plumbline", "package", "install", f"{NAME}#2021.0.0"]
        ended = subprocess.run(command, env=known, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "packages" / f"{NAME}#2021.0.0" / "package" / "package.json").is_file()
