"""How examples are made: the same ones for everybody (continuous integration tries more: `examples`); ``make search``
looks for new ones."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, database=None, print_blob=True)
settings.register_profile("all", settings.get_profile("fixed"))
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("ZHIZAO_HYPOTHESIS", "fixed"))
