"""Ink on paper: what the styles of captchas are drawn with."""
