"""The types of arrays that images are."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""An image, uint8: (H, W) grey or (H, W, C)."""
Floats: TypeAlias = NDArray[np.float32]
