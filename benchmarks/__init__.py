"""Ringback's speed beside that of other programs doing the same job: `python -m benchmarks`."""
