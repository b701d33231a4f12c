"""Looks that no program has, and pictures that show nothing."""
