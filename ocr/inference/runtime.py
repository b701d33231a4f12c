"""ONNX Runtime, told to tell nobody: its builds report use to their maker, and keep an identifier in the home folder.

Whoever wants that sets ORT_DISABLE_TELEMETRY=0 beforehand. A program that has imported onnxruntime before this has
chosen for itself.
"""

from __future__ import annotations

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # it looks when it is imported

import onnxruntime

__all__ = ["onnxruntime"]
