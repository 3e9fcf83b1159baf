"""How soon the dashboard answers: ``python benchmarks/dashboard.py`` (needs the extra app).

First from a cold start to a finished page, then from a moved lever to one. The whole page is run without a browser,
which draws it in a few tenths of a second more. ``--times 5`` says how often each is measured.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from streamlit.testing.v1 import AppTest

from zhizao.dashboard.server import PAGE
from zhizao.dashboard.view import DRAWS


def main() -> None:
    """Print the seconds from a cold start, and from a moved lever, to the finished page, wall and CPU."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10, help="measurements of each")
    parser.add_argument("--once", action="store_true", help="run the page once and end")
    asked = parser.parse_args()
    if asked.once:
        _page()
        return
    print(f"{DRAWS} draws of each treatment of the plan, medians of {asked.times}")
    starts = [_seconds_of_a_start() for _ in range(asked.times)]
    print(f"cold start to the page: wall {statistics.median(starts):.2f} s (slowest {max(starts):.2f} s)")
    wall, work = _moves(asked.times)
    print(
        f"a lever's move: wall {statistics.median(wall):.2f} s (slowest {max(wall):.2f} s), "
        f"CPU {statistics.median(work):.2f} s"
    )


def _page() -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=600).run()


def _seconds_of_a_start() -> float:
    """Run the page in a process of its own, as ``zhizao app`` does for the first who looks at it."""
    began = time.perf_counter()
    subprocess.run([sys.executable, __file__, "--once"], check=True)
    return time.perf_counter() - began


def _moves(times: int) -> tuple[list[float], list[float]]:
    page = _page()
    wall, work = [], []
    for count in range(150, 150 + 3 * times, 3):
        [lever] = [item for item in page.slider if item.key.endswith(" specialists.count")]
        began, began_work = time.perf_counter(), time.process_time()
        lever.set_value(float(count)).run()
        wall.append(time.perf_counter() - began)
        work.append(time.process_time() - began_work)
    return wall, work


if __name__ == "__main__":
    main()
