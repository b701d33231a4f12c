"""Connectionist temporal classification: probabilities of texts, and searches for the most probable one."""
