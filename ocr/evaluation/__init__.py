"""Measuring a reader and showing how an answer came about."""
