from ocr.training.quiet import quiet

with quiet():
    import keras  # noqa: F401
