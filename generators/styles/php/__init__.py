"""Looks of PHP programs."""
