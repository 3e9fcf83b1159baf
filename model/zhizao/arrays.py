"""Types of the arrays that the whole package hands about, declared once."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["BoolArray", "FloatArray", "IntArray"]

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
IntArray = np.ndarray[Any, np.dtype[Any]]
"""Whole numbers of any width: records keep them narrow."""
