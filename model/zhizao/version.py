"""The version of this installation."""

from __future__ import annotations

from functools import cache

__all__ = ["version"]


@cache
def version() -> str:
    """Return the installed version, or ``"unknown"`` where the package was put on the path by hand."""
    from importlib import metadata  # here, because it takes longer to load than the rest of the package

    try:
        return metadata.version("zhizao")
    except metadata.PackageNotFoundError:
        return "unknown"
