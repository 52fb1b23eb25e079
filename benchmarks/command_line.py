"""What a person waits for: one file at the command line, and bulk data with one and two processes.

python -m benchmarks.command_line
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from plumbline.demo import records_folder

SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[2] / "shared"))
RUNS = 5


def main() -> None:
    """Print each figure on a line of its own."""
    record = records_folder() / "organization-hospital.json"
    seconds, megabytes = min(_run("validate", record) for _ in range(RUNS + 1))
    print(f"validate one file, best of {RUNS}: {seconds:.2f} s, {megabytes:.0f} MB")
    archive = SHARED / "data" / "synthea-10.tar.gz"
    if not archive.is_file():
        print("bulk data: skipped, PLUMBLINE_SHARED names no folder with data/synthea-10.tar.gz")
        return
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        _bulk(Path(folder))


def _bulk(folder: Path) -> None:
    lines = sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.ndjson"))
    words = ("validate", folder, "--fail-on", "never", "--format", "ndjson")
    one, two = (min(_run(*words, "--jobs", jobs)[0] for _ in range(2)) for jobs in (1, 2))
    print(f"validate {lines} lines of bulk data, one job: {one:.2f} s, {lines / one:.0f} a second")
    print(
        f"validate {lines} lines of bulk data, two jobs: {two:.2f} s, {lines / two:.0f} a second, {one / two:.2f} times"
    )


def _run(*words: object) -> tuple[float, float]:
    """Seconds by the clock, and the most memory so far of any child, in MB."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "plumbline", *map(str, words)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
