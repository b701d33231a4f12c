"""Looks of Java programs."""
