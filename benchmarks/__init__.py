"""Speed and memory, measured as docs/benchmarks.md tells them: `python -m benchmarks [NAME...]`."""
