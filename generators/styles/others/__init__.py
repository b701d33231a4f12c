"""Looks of programs in Go, JavaScript and Ruby."""
