"""How examples are made: the same ones for everybody (continuous integration tries more: `examples`); ``make search``
looks for new ones. And what the screen of a test is."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, database=None, print_blob=True, deadline=None)
settings.register_profile("all", settings.get_profile("fixed"))
settings.register_profile("search", derandomize=False, print_blob=True, deadline=None)
settings.load_profile(os.environ.get("ZHIZAO_HYPOTHESIS", "fixed"))

os.environ.pop("LINES", None)  # pytest's workers say 24; tests of screens open terminals of their own height
for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
    if os.environ.get(name, "").startswith("zh"):
        del os.environ[name]  # help follows the language of the terminal; tests say which they want
