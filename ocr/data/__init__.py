"""Labelled images: where labels come from, which images can be used, and their split."""
