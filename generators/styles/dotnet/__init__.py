"""Looks of .NET programs."""
