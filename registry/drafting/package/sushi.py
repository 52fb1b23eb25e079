"""FSH projects, compiled by SUSHI where it is installed (https://fshschool.org/docs/sushi/running/).

It runs as a process of its own, with a time limit, in a folder that goes away, and gets no setting of this server. What
it writes is measured; its definitions of FHIR come from the package folder that FHIR tools share.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from fhir_kernel.messages.message import Severity
from registry.drafting.package.finding import Finding, finding
from registry.drafting.package.limits import PackageLimits
from registry.refusal import refused

CONFIG = "sushi-config.yaml"
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "FPL_REGISTRY", "FPL_REGISTRY_TOKEN")
_MEMORY = {"NODE_OPTIONS": "--max-old-space-size=1024"}
_SAID = re.compile(r"^(error|warn)\s+(.*)$", re.IGNORECASE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_UNASKED = "Failed to load automatically-provided"
"""Packages that SUSHI offers to every project, whether it uses them or not."""
_PATHS = re.compile(rb"path-|\\")
_POLL = 0.2
_LONGEST_LOG = 4_000_000


@dataclass(frozen=True, slots=True)
class Compiled:
    """What SUSHI made of a project: a folder with package.json and the resources, and what it had to say."""

    folder: Path
    findings: tuple[Finding, ...]


def project_in(folder: Path) -> Path | None:
    """The FSH project in `folder`, or in the only folder that it holds; None where there is none."""
    if (folder / CONFIG).is_file():
        return folder
    inner = [each for each in folder.iterdir() if each.is_dir() and not each.name.startswith(".")]
    return inner[0] if len(inner) == 1 and (inner[0] / CONFIG).is_file() else None


def run_sushi(project: Path, work: Path, limits: PackageLimits, *, command: str | None = None) -> Compiled:
    """`project` compiled into a folder below `work`. Blocks: call it off the event loop.

    `command` is what to run instead of the `sushi` on PATH. Raises Refused where there is no SUSHI, where it takes too
    long, writes too much or makes nothing; OSError.
    """
    found = command or shutil.which("sushi")
    if found is None:
        raise refused(
            "invalid",
            "the upload is a FSH project, but SUSHI is not installed on this server; upload the package that it makes",
            "上传的是 FSH 项目，但本服务器未安装 SUSHI；请上传由 SUSHI 生成的 FHIR 软件包",
        )
    _refuse_paths(project)
    out = work / "compiled"
    out.mkdir()
    with (work / "sushi.log").open("w+b") as log:
        ended = _run([found, "build", str(project), "--out", str(out)], project, log, out, limits)
        log.seek(0)
        said = _COLOUR.sub("", log.read(_LONGEST_LOG).decode("utf-8", "replace"))
    made = out / "fsh-generated" / "resources"
    made = made if made.is_dir() else out / "resources"
    manifest = _manifest(made)
    if manifest is None:
        tail = " / ".join(said.strip().splitlines()[-3:])[-500:]
        raise refused(
            "invalid",
            f"SUSHI made no ImplementationGuide (exit code {ended}): {tail}",
            f"SUSHI 未生成 ImplementationGuide（退出码 {ended}）：{tail}",
            where=CONFIG,
        )
    (made / "package.json").write_bytes(orjson.dumps(manifest))
    return Compiled(made, _findings(said, limits))


def _refuse_paths(project: Path) -> None:
    """The parameter `path-resource` has SUSHI read resources from any folder of this machine.

    Without a backslash, YAML has no other way to spell it.
    """
    for path in project.rglob("*"):
        if path.suffix.lower() in (".yaml", ".yml") and path.is_file() and _PATHS.search(path.read_bytes()):
            raise refused(
                "invalid",
                "the configuration has a parameter 'path-…' or a backslash; neither is allowed here",
                "配置文件含有 path-… 参数或反斜杠，此处均不允许",
                where=path.relative_to(project).as_posix(),
            )


def _run(command: list[str], project: Path, log: IO[bytes], out: Path, limits: PackageLimits) -> int:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _MEMORY
    deadline = time.monotonic() + limits.sushi_seconds
    with subprocess.Popen(  # noqa: S603 - the command is the administrator's, its arguments are our own folders
        command,
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            try:
                _watch(out, log, deadline, limits)
            except Exception:
                os.killpg(process.pid, signal.SIGKILL)
                raise
            time.sleep(_POLL)
    _watch(out, log, deadline + limits.sushi_seconds, limits)
    return process.returncode


def _watch(out: Path, log: IO[bytes], deadline: float, limits: PackageLimits) -> None:
    if time.monotonic() > deadline:
        seconds = f"{limits.sushi_seconds:g}"
        raise refused("too-large", f"SUSHI did not end within {seconds} s", f"SUSHI 未能在 {seconds} 秒内完成")
    written = sum(each.stat().st_size for each in out.rglob("*") if each.is_file()) + os.fstat(log.fileno()).st_size
    if written > limits.sushi_output:
        most = limits.sushi_output
        raise refused("too-large", f"SUSHI wrote more than {most} bytes", f"SUSHI 写出的内容超过 {most} 字节")


def _manifest(made: Path) -> Mapping[str, Any] | None:
    """package.json as the ImplementationGuide tells it (https://hl7.org/fhir/R4/implementationguide.html)."""
    guides = sorted(made.glob("ImplementationGuide-*.json"))
    if not guides:
        return None
    guide = _without_empty_lists(orjson.loads(guides[0].read_bytes()))
    guides[0].write_bytes(orjson.dumps(guide))
    needed = {
        row["packageId"]: row["version"]
        for row in guide.get("dependsOn", ())
        if "packageId" in row and "version" in row
    }
    versions = guide.get("fhirVersion", [])
    core = {"hl7.fhir.r4.core": "4.0.1"} if "4.0.1" in versions else {}
    found = {
        "name": guide.get("packageId"),
        "version": guide.get("version"),
        "canonical": str(guide.get("url", "")).partition("/ImplementationGuide/")[0],
        "title": guide.get("title"),
        "description": guide.get("description") or guide.get("title"),
        "author": guide.get("publisher"),
        "license": guide.get("license"),
        "type": "IG",
        "fhirVersions": versions,
        "dependencies": {**core, **needed},
    }
    return {name: value for name, value in found.items() if value}


def _without_empty_lists(value: Any) -> Any:
    """SUSHI leaves `"page": []` in its guide, for the publisher of guides; FHIR allows no empty list."""
    if isinstance(value, dict):
        return {key: _without_empty_lists(each) for key, each in value.items() if each != []}
    return [_without_empty_lists(each) for each in value] if isinstance(value, list) else value


def _findings(said: str, limits: PackageLimits) -> tuple[Finding, ...]:
    rows = [found for line in said.splitlines() if (found := _SAID.match(line.strip()))]
    return tuple(
        finding("draft.sushi", _severity(row), f"SUSHI: {row[2]}", f"SUSHI：{row[2]}")
        for row in rows[: limits.sushi_lines]
    )


def _severity(row: re.Match[str]) -> Severity:
    return "error" if row[1].lower() == "error" and not row[2].startswith(_UNASKED) else "warning"
