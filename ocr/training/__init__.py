"""Training readers: network, fit, export. The only part of `ocr` that imports Keras and TensorFlow."""
