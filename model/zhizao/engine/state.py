"""Everything that moves: one record per firm, one per park and market, the ledgers, and the month's lists.

What is read of every firm every month (two thresholds) lies in narrow arrays of its own; what is touched at
random lies together in one record per firm. Months are counted from 2018-01. Money is in million RMB.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from zhizao.policy.levers import INSTRUMENTS
from zhizao.population.district import District
from zhizao.population.synthetic import CONSTANT
from zhizao.sectors import LEVELS, SECTOR_KEYS, SIZE_CLASSES

__all__ = [
    "APPROPRIATED",
    "CLAWED_BACK",
    "FIRM",
    "FLOWS",
    "GROUPS",
    "LAPSED",
    "LEDGER_LINES",
    "LEFT",
    "OUTSTANDING",
    "PAID",
    "PROMISED",
    "STATUS",
    "STOCKS",
    "World",
    "copy_world",
    "new_world",
    "place_of",
]  # fmt: skip

BLOCK = 1024
"""Slots that are looked at together: enough for the generator to run on several at once, few enough for the cache."""

STATUS: tuple[str, ...] = ("empty", "idle", "applying", "queued", "building", "gone")
"""What a slot is doing: not entered yet, free to look, waiting for a decision, for a provider, building, left."""
EMPTY, IDLE, APPLYING, QUEUED, BUILDING, GONE = range(6)


def place_of(name: str, names: tuple[str, ...]) -> Any:
    """Place of a name in a row, as a NumPy scalar: compiled code specialises on every plain whole number."""
    return np.int64(names.index(name))


FIRM = np.dtype(
    [
        # who it is, what it knows, what it is doing: all that is needed to see whether it looks at projects.
        # "asking_rank" is the smallest rank of a chain leader among the partners; 2 where there is none
        ("evidence", np.float64), ("partners_ahead", np.int32), ("partners_active", np.int32),
        ("partners_supported", np.int32), ("park", np.int32), ("asking_rank", np.float32),
        ("coverage_rank", np.float32), ("visited_until", np.int16), ("since_month", np.int16),
        ("status", np.uint8), ("sector", np.uint8), ("size_class", np.uint8), ("aware", np.uint8),
        ("visited", np.uint8), ("diagnosed", np.uint8), ("ahead", np.uint8), ("supported_before", np.uint8),
        ("level", np.uint8), ("level_true", np.uint8), ("best_level", np.uint8), ("start_level", np.uint8),
        ("robots", np.uint8), ("distressed", np.uint8), ("kind", np.uint8), ("supported", np.uint8),
        ("helped", np.uint8), ("stuck", np.uint8), ("succeeded", np.uint8),
        # its business and its digital standing: what it values projects with
        ("revenue", np.float64), ("cash", np.float64), ("loan_payment", np.float64), ("score", np.float64),
        ("reported", np.float64), ("labour_factor", np.float64), ("energy_factor", np.float64),
        ("defect_factor", np.float64), ("saved", np.float64), ("cash_month", np.int16), ("loan_end", np.int16),
        ("workshops_built", np.int16), ("workshops", np.int16), ("factories_built", np.int16),
        ("factories", np.int16), ("repeats", np.uint8, (4,)),
        # the project in hand; a supported one leaves its grant as a claim until that is paid
        ("cost", np.float64), ("price", np.float64), ("advance", np.float64), ("state_part", np.float64),
        ("tax_due", np.float64), ("interest_due", np.float64), ("grant", np.float64, (3,)),
        ("next_in_queue", np.int32), ("work_left", np.int16),
    ],
    align=True,
)  # fmt: skip
"""One firm, in three parts; what a verb needs of it begins at the first part and ends with one of them."""


def _bytes_before(field: str) -> int:
    assert FIRM.fields is not None
    return int(FIRM.fields[field][1])


LINKED = _bytes_before("park")
"""Bytes of a firm's record that its partners write to."""
KNOWING = (_bytes_before("revenue"), 0)
"""How much of a firm is needed: bytes of its record, and of what it is for good. Here: does it look at projects?"""
JUDGING, VALUING, WHOLE = (KNOWING[0], 8), (_bytes_before("cost"), CONSTANT), (FIRM.itemsize, CONSTANT)
"""Needed to judge a project by the firm's capability; to value projects; and all of it."""
_CACHE_LINE = 64

PARK = np.dtype([("ahead", np.int32), ("active", np.int32), ("supported", np.int32), ("envelope", np.float64)])
MARKET = np.dtype(
    [
        ("credit", np.float64),
        ("orders", np.float64),
        ("price", np.float64),
        ("first", np.int64),
        ("last", np.int64),
        ("waiting", np.int64),
        ("gone", np.int64),
    ]
)
DISTRICT = np.dtype(
    [
        ("seed", np.uint64), ("slots_used", np.int64), ("slots", np.int64), ("start_firms", np.int64),
        ("pending", np.int64), ("orders", np.int64), ("finished", np.int64),
        ("stuck", np.int64), ("rounds", np.float64), ("success_rate", np.float64),
        ("decided_year", np.float64), ("funded_year", np.float64),
        ("left", np.float64, (3,)), ("spending", np.float64), ("own", np.float64), ("grant", np.float64),
        ("loan", np.float64), ("overflow", np.int64), ("logged", np.int64),
    ]
)  # fmt: skip

GROUPS: tuple[str, ...] = ("all", "sme", *SIZE_CLASSES, *SECTOR_KEYS, *LEVELS)
"""Groups of firms over which every series is kept; levels are as reported."""

STOCKS: tuple[str, ...] = (
    "firms", "level2", "level2_true", "level3", "robots", "workshops", "factories", "revenue", "labour_cost",
    "energy_use", "defect_cost",
)  # fmt: skip
"""What is counted over the firms that stand at the end of a month."""

FLOWS: tuple[str, ...] = (
    "projects_started", "projects_completed", "projects_failed", "supported_started", "applications", "awards",
    "rejections", "private_investment", "waiting_months", "burden_hours", "entries", "exits", "visits",
    "workshops_new", "factories_new", "matches", "diagnoses", "obstacles_cleared", "grant_asked",
)  # fmt: skip
"""What is counted over the events of a month."""

LEDGER_LINES: tuple[str, ...] = (
    "appropriated", "promised", "paid", "clawed_back", "outstanding", "lapsed", "left",
)  # fmt: skip
APPROPRIATED, PROMISED, PAID, CLAWED_BACK, OUTSTANDING, LAPSED, LEFT = range(7)
"""Lines of the government's ledger, by tier and instrument; all but outstanding and left only grow (or are undone)."""

LOG = np.dtype(
    [
        ("slot", np.int32), ("month", np.int16), ("kind", np.uint8), ("supported", np.uint8),
        ("cost", np.float64), ("grant", np.float64), ("price", np.float64),
    ]
)  # fmt: skip


class World(NamedTuple):
    """The whole state of a run, as arrays. `new_world` says how long each is."""

    par: np.recarray[Any, Any]
    offers: np.recarray[Any, Any]
    start: np.recarray[Any, Any]
    firms: np.recarray[Any, Any]
    attention_bound: np.ndarray[Any, Any]
    exit_bound: np.ndarray[Any, Any]
    unaware: np.ndarray[Any, Any]
    partner_start: np.ndarray[Any, Any]
    partners: np.ndarray[Any, Any]
    park_start: np.ndarray[Any, Any]
    park_firms: np.ndarray[Any, Any]
    leader_slots: np.ndarray[Any, Any]
    parks: np.recarray[Any, Any]
    markets: np.recarray[Any, Any]
    district: np.recarray[Any, Any]
    ledger: np.ndarray[Any, Any]
    lists: np.ndarray[Any, Any]
    visit_phase: np.ndarray[Any, Any]
    due: np.ndarray[Any, Any]
    sums: np.ndarray[Any, Any]
    stocks: np.ndarray[Any, Any]
    flows: np.ndarray[Any, Any]
    series: np.ndarray[Any, Any]
    money: np.ndarray[Any, Any]
    log: np.recarray[Any, Any]
    words: np.ndarray[Any, Any]
    normals: np.ndarray[Any, Any]
    found: np.ndarray[Any, Any]
    sort_keys: np.ndarray[Any, Any]


PENDING, ORDERS, FINISHED, STUCK, SCRATCH = range(5)
"""Rows of `World.lists`: the slots that each list holds; the last is for use within one verb."""
WORK, CLAIM, RECENT = range(3)
"""Rows of `World.due`: the month of a firm's next event at work (obstacle or end of its project), of the payment of
its grant, and when its last success is a year old; -1 where there is none."""
DEMAND_SUM, RELIEF_SUM = range(2)
"""Rows of `World.sums`: running sums up to the start of each month."""
MONEY: tuple[str, ...] = (
    "public_spend", "public_committed", "service_cost", "appropriated", "budget_left", "provider_price",
    "provider_backlog", "residual", "spending", "own", "grant", "loan", "clawed_back",
)  # fmt: skip
"""What `World.money` holds per month, for the district as a whole, before the columns by instrument."""


def new_world(
    district: District,
    par: np.recarray[Any, Any],
    offers: np.recarray[Any, Any],
    seed: int,
    *,
    log_slots: int = 0,
) -> World:
    """Return the arrays of a run before its first month; the compiled `begin` fills them.

    `log_slots` is the room for the log of project starts (0: no log is kept).
    """
    slots, months = district.slots, int(offers.size)
    parks = int(district.firms["park"].max()) + 1 if slots else 1
    park_order = np.argsort(district.firms["park"], kind="stable").astype(np.int32)
    park_start = np.searchsorted(district.firms["park"][park_order], np.arange(parks + 1)).astype(np.int64)
    state = np.zeros(1, DISTRICT).view(np.recarray)
    state["seed"], state["slots"] = np.uint64(seed), slots
    state["slots_used"] = state["start_firms"] = district.count
    padded = -(-slots // 4) * 4
    return World(
        par=par,
        offers=offers,
        start=district.firms,
        firms=_no_firms(slots),
        attention_bound=np.zeros(padded, np.uint32),
        exit_bound=np.zeros(padded, np.uint32),
        unaware=np.zeros(slots, np.uint8),
        partner_start=district.partner_start,
        partners=district.partners,
        park_start=park_start,
        park_firms=park_order,
        leader_slots=np.flatnonzero(district.firms["leader"]).astype(np.int32),
        parks=np.zeros(parks, PARK).view(np.recarray),
        markets=np.zeros(4, MARKET).view(np.recarray),
        district=state,
        ledger=np.zeros((len(LEDGER_LINES), 3, len(INSTRUMENTS))),
        lists=np.zeros((5, slots), np.int32),
        visit_phase=np.ascontiguousarray(district.firms["visit_phase"]),
        due=np.full((3, slots), -1, np.int16),
        sums=np.zeros((2, months + 1)),
        stocks=np.zeros((len(GROUPS), len(STOCKS))),
        flows=np.zeros((len(GROUPS), len(FLOWS))),
        series=np.zeros((months, len(GROUPS), len(STOCKS) + len(FLOWS))),
        money=np.zeros((months, len(MONEY) + len(INSTRUMENTS))),
        log=np.zeros(log_slots, LOG).view(np.recarray),
        words=np.zeros(BLOCK, np.uint32),
        normals=np.zeros(BLOCK),
        found=np.zeros(BLOCK, np.int32),
        sort_keys=np.zeros(slots),
    )


_SHARED = frozenset(
    {
        "par",
        "offers",
        "start",
        "partner_start",
        "partners",
        "park_start",
        "park_firms",
        "leader_slots",
        "visit_phase",
    }
)


def copy_world(world: World, offers: np.recarray[Any, Any]) -> World:
    """Return a copy that can go another way under other `offers`; what never changes is shared."""
    firms = _no_firms(world.firms.size)
    firms[:] = world.firms
    apart = {"offers": offers, "log": _copy_log(world), "firms": firms}
    fields = {
        name: value if name in _SHARED else value.copy() for name, value in world._asdict().items() if name not in apart
    }
    return World(**fields, **apart)


def _no_firms(slots: int) -> np.recarray[Any, Any]:
    """Return empty records of firms that begin with a cache line, so that a firm lies in as few as can be."""
    room = np.zeros(slots * FIRM.itemsize + _CACHE_LINE, np.uint8)
    first = -room.ctypes.data % _CACHE_LINE
    return room[first : first + slots * FIRM.itemsize].view(FIRM).view(np.recarray)


def _copy_log(world: World) -> np.recarray[Any, Any]:
    """Return a log with the same room that holds what has been written: most of the room is never touched."""
    written = int(world.district.view(np.ndarray)["logged"][0])
    log = np.zeros(world.log.size, LOG)
    log[:written] = world.log.view(np.ndarray)[:written]
    return log.view(np.recarray)
