"""A trained network for other programs: ONNX and back, LiteRT."""
