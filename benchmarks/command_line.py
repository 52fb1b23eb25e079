"""What a person waits for: one file at the command line, and bulk data with one and two processes.

python -m benchmarks.command_line
"""

from __future__ import annotations

import os
import resource
import statistics
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
    _run("validate", record)
    runs = [_run("validate", record) for _ in range(RUNS)]
    seconds, megabytes = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
    print(f"validate one file, median of {RUNS}: {seconds:.2f} s, {megabytes:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        first = _run("validate", record, PLUMBLINE_CACHE_FOLDER=folder)[0]
    print(f"the same with no index yet, which makes that of R4: {first:.2f} s")
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
    pairs = [(_run(*words, "--jobs", 1)[0], _run(*words, "--jobs", 2)[0]) for _ in range(RUNS)]
    one, two = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(alone / together for alone, together in pairs)
    print(f"validate {lines} lines of bulk data, one job: {one:.2f} s, {lines / one:.0f} a second")
    print(f"the same with two jobs: {two:.2f} s, {lines / two:.0f} a second; {ratio:.2f} times, median of {RUNS} pairs")


def _run(*words: object, **settings: str) -> tuple[float, float]:
    """Seconds by the clock, and the most memory so far of any child, in MB."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "plumbline", *map(str, words)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=os.environ | settings)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
