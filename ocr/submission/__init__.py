"""The contest's answer file: the run over all pages, its journal, and the vote of several models."""
