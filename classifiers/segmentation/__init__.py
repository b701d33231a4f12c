"""Segmentation: a fully convolutional network that outlines the objects in a picture."""
