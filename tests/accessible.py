"""What on a page some people could not use, as axe-core finds it: ``assert not faults(driver)``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

GRAVE = ("serious", "critical")
_AXE = Path(__file__).with_name("axe") / "axe.min.js"
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
  "best-practice"]}).then(found => done(found.violations), error => done(String(error)));
"""


def faults(driver: Any, impact: tuple[str, ...] = GRAVE, apart: tuple[str, ...] = ()) -> list[str]:
    """Return what axe-core finds on the page that a browser shows: rule, impact, what to do, and where.

    Parameters
    ----------
    driver
        Selenium's, with the page loaded; `browsing.chromium` opens one.
    impact
        How grave a fault has to be to be returned.
    apart
        Rules that are not asked, by name.
    """
    driver.execute_script(_AXE.read_text("utf-8"))
    found = driver.execute_async_script(_RUN)
    assert isinstance(found, list), found
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {', '.join(str(node['target']) for node in one['nodes'][:4])}"
        for one in found
        if one["impact"] in impact and one["id"] not in apart
    ]
