"""Captchas in the looks of many programs; see generators.styles.sampler."""
