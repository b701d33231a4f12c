"""Measurements, one command a module: `python -m benchmarks.accuracy --help`. Each prints a table and writes JSON."""
