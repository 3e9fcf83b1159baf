"""How soon the dashboard answers after a lever is moved: ``python benchmarks/dashboard.py`` (needs the extra app).

The whole page is run again without a browser, which draws it in a few tenths of a second more.
"""

from __future__ import annotations

import statistics
import time

from streamlit.testing.v1 import AppTest

from zhizao.dashboard.server import PAGE
from zhizao.dashboard.view import DRAWS


def main() -> None:
    """Print the seconds from a moved lever to the finished page, wall and CPU."""
    page = AppTest.from_file(str(PAGE), default_timeout=120).run()
    wall, work = [], []
    for count in range(150, 180, 3):
        [lever] = [item for item in page.slider if item.key.endswith(" specialists.count")]
        began, began_work = time.perf_counter(), time.process_time()
        lever.set_value(float(count)).run()
        wall.append(time.perf_counter() - began)
        work.append(time.process_time() - began_work)
    print(f"{DRAWS} draws of each treatment of the plan, {len(wall)} moves of a lever, medians")
    print(f"wall {statistics.median(wall):.2f} s (slowest {max(wall):.2f} s), CPU {statistics.median(work):.2f} s")


if __name__ == "__main__":
    main()
