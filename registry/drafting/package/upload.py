"""From an upload to a draft that is compiled: a .tgz with a package or with a FSH project, or a folder of either."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.archive import extract_archive
from registry.drafting.intake import Upload, too_large
from registry.drafting.package.bench import Bench
from registry.drafting.package.compilation import Compilation
from registry.drafting.package.compile import compile_draft
from registry.drafting.package.draft import Draft, read_draft
from registry.drafting.package.finding import Finding
from registry.drafting.package.limits import PackageLimits
from registry.drafting.package.sushi import project_in, run_sushi
from registry.refusal import refused


@dataclass(frozen=True, slots=True)
class CompiledDraft:
    """A draft and what came out of it."""

    draft: Draft
    compilation: Compilation


def compile_upload(upload: Upload, work: Path, bench: Bench, limits: PackageLimits) -> CompiledDraft:
    """What the uploaded .tgz holds, compiled; `work` is a folder for what is needed in between and goes.

    Blocks for seconds to minutes: call it off the event loop. Raises Refused where it is no package, hostile or too
    large; OSError. What is wrong with the content is in the compilation.
    """
    draft, said = draft_in(upload, work, bench, limits)
    return CompiledDraft(draft, compile_draft(draft, bench, limits, said=said))


def compile_folder(folder: Path, work: Path, bench: Bench, limits: PackageLimits) -> CompiledDraft:
    """The same for a folder. Raises Refused, OSError."""
    with TemporaryDirectory(prefix="draft-", dir=work) as temporary:
        draft, said = _read(folder, Path(temporary), bench, limits)
        return CompiledDraft(draft, compile_draft(draft, bench, limits, said=said))


def draft_in(upload: Upload, work: Path, bench: Bench, limits: PackageLimits) -> tuple[Draft, tuple[Finding, ...]]:
    """The draft in an uploaded .tgz, read but not compiled, and what SUSHI said of it. Raises Refused, OSError."""
    if upload.size > limits.bytes:
        raise too_large(upload.size, limits.bytes)
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="draft-", dir=work) as temporary:
        source = Path(temporary) / "source"
        source.mkdir()
        try:
            extract_archive(upload.path, source, limits.archive)
        except ArchiveError as error:
            reason = str(error).replace(upload.path.name, "the archive")
            raise refused(
                "invalid", f"the package cannot be unpacked: {reason}", f"无法解开软件包：{reason}"
            ) from error
        return _read(source, Path(temporary), bench, limits)


def _read(folder: Path, work: Path, bench: Bench, limits: PackageLimits) -> tuple[Draft, tuple[Finding, ...]]:
    project = project_in(folder)
    if project is None:
        return read_draft(folder, lambda: bench.catalog(()).model, limits), ()
    compiled = run_sushi(project, work, limits)
    return read_draft(compiled.folder, lambda: bench.catalog(()).model, limits), compiled.findings
