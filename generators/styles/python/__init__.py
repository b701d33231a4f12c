"""Looks of Python programs."""
