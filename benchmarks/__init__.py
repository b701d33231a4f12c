"""Measurements, a folder each subject: `python -m benchmarks.accuracy --help`. Each prints a table and writes JSON."""
