"""Everything that moves: one record per firm, one per park and market, the ledgers, and the month's lists.

What is read of every firm every month (two thresholds) is in narrow arrays of its own; what is touched at
random is together in one record per firm. Months are counted from the district's first. Money is in million RMB.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.engine.firm_record import FIRM, KNOWING_BYTES, LINKED_BYTES, VALUING_BYTES
from zhizao.policy.levers import INSTRUMENTS
from zhizao.population.district import District
from zhizao.population.synthetic import CONSTANT
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records, WordArray, records_of
from zhizao.records.state import (
    DistrictRecord,
    FirmRecord,
    LogRecord,
    MarketRecord,
    OfferRecord,
    ParkRecord,
    SizesRecord,
    StartRecord,
    TermsRecord,
)
from zhizao.sectors import KIND_COUNT, LEVELS, SECTOR_KEYS, SIZE_CLASSES, TIER_COUNT

__all__ = [
    "ALL_FIRMS",
    "APPROPRIATED",
    "CLAWED_BACK",
    "FIRST_LEVEL",
    "FIRST_SECTOR",
    "FIRST_SIZE",
    "FLOWS",
    "GROUPS",
    "LAPSED",
    "LEDGER_LINES",
    "LEFT",
    "OUTSTANDING",
    "PAID",
    "PROMISED",
    "REPORTED_AT_LEAST",
    "SME",
    "STATUS",
    "STOCKS",
    "TRULY_AT_LEAST",
    "World",
    "new_world",
    "place_of",
    "unknown_sizes",
    "unknown_terms",
]

BLOCK = 1024
"""Slots that are looked at together: enough for the generator to run on several at once, few enough for the cache."""

STATUS: tuple[str, ...] = ("empty", "idle", "applying", "queued", "building", "gone")
"""What a slot is doing: not entered yet, free to look, waiting for a decision, for a provider, building, left."""
EMPTY, IDLE, APPLYING, QUEUED, BUILDING, GONE = range(6)


def place_of(name: str, names: tuple[str, ...]) -> int:
    """Place of a name in a row, as a NumPy scalar: compiled code specialises on every plain whole number.

    Raises
    ------
    KeyError
        If the name is not declared.
    """
    if name not in names:
        raise KeyError(f"'{name}' is not declared; these are: {', '.join(names)}")
    return cast(int, np.int64(names.index(name)))


REGISTERED, FILED = 1, 2
"""Values of `FirmRecord.registered`: the project in hand is registered; its claim waits for a decision."""
LINKED = LINKED_BYTES
"""Bytes of a firm's record that its partners write to."""
KNOWING = (KNOWING_BYTES, 0)
"""Bytes to prefetch: (record, constant part). Here: does it look at projects?"""
JUDGING, VALUING, WHOLE = (KNOWING_BYTES, 8), (VALUING_BYTES, CONSTANT), (FIRM.itemsize, CONSTANT)
"""Needed to judge a project by the firm's capability; to value projects; and all of it."""
CACHE_LINE = 64

PARK = np.dtype([("ahead", np.int32), ("active", np.int32), ("supported", np.int32), ("envelope", np.float64)])
MARKET = np.dtype(
    [
        ("credit", np.float64),
        ("orders", np.float64),
        ("price", np.float64),
        ("scale", np.float64),
        ("first", np.int64),
        ("last", np.int64),
        ("waiting", np.int64),
        ("gone", np.int64),
    ]
)
TERMS = np.dtype(
    [
        ("rate", np.float64),
        ("worked", np.float64, (KIND_COUNT,)),
        ("years", np.float64, (KIND_COUNT,)),
        ("shock_years", np.float64, (KIND_COUNT,)),
    ]
)
"""What a firm's own yearly rate makes of each kind of project: see `engine.terms`. The same in all branches."""
SIZES = np.dtype(
    [("revenue", np.float64), ("cost", np.float64, (KIND_COUNT,)), ("equipped", np.float64, (KIND_COUNT,))]
)
"""What a firm's revenue makes of each kind of project, and the revenue of which that holds: see `engine.terms`."""
DISTRICT = np.dtype(
    [
        ("seed", np.uint64),
        ("slots_used", np.int64),
        ("slots", np.int64),
        ("start_firms", np.int64),
        ("pending", np.int64),
        ("orders", np.int64),
        ("finished", np.int64),
        ("stuck", np.int64),
        ("rounds", np.float64),
        ("success_rate", np.float64),
        ("decided_year", np.float64),
        ("funded_year", np.float64),
        ("coverage", np.float64),
        ("samples", np.int64, (len(SECTOR_KEYS),)),
        ("left", np.float64, (TIER_COUNT,)),
        ("spending", np.float64),
        ("own", np.float64),
        ("grant", np.float64),
        ("loan", np.float64),
        ("overflow", np.int64),
        ("logged", np.int64),
    ]
)

GROUPS: tuple[str, ...] = ("all", "sme", *SIZE_CLASSES, *SECTOR_KEYS, *LEVELS)
"""Groups of firms over which every series is kept; levels are as reported."""
ALL_FIRMS, SME = place_of("all", GROUPS), place_of("sme", GROUPS)
FIRST_SIZE = place_of(SIZE_CLASSES[0], GROUPS)
FIRST_SECTOR = place_of(SECTOR_KEYS[0], GROUPS)
FIRST_LEVEL = place_of(LEVELS[0], GROUPS)
"""Where the groups by size class, sector and level begin among the groups."""

REPORTED_AT_LEAST: tuple[str, ...] = tuple(f"reported{level}" for level in range(1, len(LEVELS)))
TRULY_AT_LEAST: tuple[str, ...] = tuple(f"truly{level}" for level in range(1, len(LEVELS)))
"""Columns of the firms at each level or above, but the lowest, at which all are: as reported, and in truth."""

STOCKS: tuple[str, ...] = (
    "firms",
    "level2",
    "level2_true",
    "level3",
    "robots",
    "workshops",
    "factories",
    "revenue",
    "labour_cost",
    "energy_use",
    "defect_cost",
    *REPORTED_AT_LEAST,
    *TRULY_AT_LEAST,
)
"""What is counted over the firms that exist at the end of a month; level2 is the level of the plan."""

FLOWS: tuple[str, ...] = (
    "projects_started",
    "projects_completed",
    "projects_failed",
    "supported_started",
    "applications",
    "awards",
    "rejections",
    "private_investment",
    "waiting_months",
    "burden_hours",
    "entries",
    "exits",
    "visits",
    "workshops_new",
    "factories_new",
    "matches",
    "diagnoses",
    "obstacles_cleared",
    "grant_asked",
    "projects_recorded",
    "projects_cancelled",
    "bought_elsewhere",
    "output_lost",
)
"""What is counted over the events of a month."""

LEDGER_LINES: tuple[str, ...] = ("appropriated", "promised", "paid", "clawed_back", "outstanding", "lapsed", "left")
APPROPRIATED, PROMISED, PAID, CLAWED_BACK, OUTSTANDING, LAPSED, LEFT = range(7)
"""Lines of the government's ledger, by tier and instrument; all but outstanding and left only grow (or are undone)."""

LOG = np.dtype(
    [
        ("slot", np.int32),
        ("month", np.int16),
        ("kind", np.uint8),
        ("supported", np.uint8),
        ("cost", np.float64),
        ("grant", np.float64),
        ("price", np.float64),
        ("registered", np.uint8),
        ("paid_month", np.int16),
    ]
)
"""The log of starts. Of a registered project, `grant` and `supported` are what it asks for, and 0 once that is refused
or will not be claimed; `paid_month` is the month in which it was paid, -1 before."""


class World(NamedTuple):
    """The whole state of a run, as arrays. `new_world` says how long each is."""

    par: Records[ParameterRecord]
    offers: Records[OfferRecord]
    foreseen: Records[OfferRecord]
    start: Records[StartRecord]
    firms: Records[FirmRecord]
    luck: IntArray
    attention_bound: WordArray
    exit_bound: WordArray
    unaware: IntArray
    output_factor: FloatArray
    terms: Records[TermsRecord]
    sizes: Records[SizesRecord]
    pilot_draw: FloatArray
    partner_start: IntArray
    partners: IntArray
    park_start: IntArray
    park_firms: IntArray
    leader_slots: IntArray
    parks: Records[ParkRecord]
    markets: Records[MarketRecord]
    district: Records[DistrictRecord]
    ledger: FloatArray
    lists: IntArray
    visit_phase: FloatArray
    due: IntArray
    sums: FloatArray
    stocks: FloatArray
    flows: FloatArray
    series: FloatArray
    money: FloatArray
    log: Records[LogRecord]
    words: WordArray
    normals: FloatArray
    slots_found: IntArray
    sort_keys: FloatArray


PENDING, ORDERS, FINISHED, STUCK, SCRATCH = range(5)
"""Rows of `World.lists`: the slots that each list holds; the last is for use within one verb."""
WORK, CLAIM, RECENT = range(3)
"""Rows of `World.due`: the month of a firm's next event at work (obstacle or end of its project), of the payment of
its grant, and when its last success is a year old; -1 where there is none."""
DEMAND_SUM, RELIEF_SUM, SURCHARGE_SUM = range(3)
"""Rows of `World.sums`: running sums up to the start of each month."""
MONEY: tuple[str, ...] = (
    "public_spend",
    "public_committed",
    "service_cost",
    "appropriated",
    "budget_left",
    "provider_price",
    "provider_backlog",
    "residual",
    "spending",
    "own",
    "grant",
    "loan",
    "clawed_back",
)
"""What `World.money` holds per month, for the district as a whole, before the columns by instrument."""


def new_world(
    district: District,
    par: Records[ParameterRecord],
    offers: Records[OfferRecord],
    seed: int,
    *,
    foreseen: Records[OfferRecord] | None = None,
    log_slots: int = 0,
) -> World:
    """Return the arrays of a run before its first month; the compiled `begin` fills them.

    `foreseen` is what has been announced, month by month (`policy.offers.foreseen_offers`; nothing if not given),
    `log_slots` the room for the log of project starts (0: no log is kept).
    """
    slots, months = district.slots, int(offers.size)
    parks = int(district.firms["park"].max()) + 1 if slots else 1
    park_order = np.argsort(district.firms["park"], kind="stable").astype(np.int32)
    park_start = np.searchsorted(district.firms["park"][park_order], np.arange(parks + 1)).astype(np.int64)
    state = records_of(np.zeros(1, DISTRICT), DistrictRecord)
    state["seed"], state["slots"] = np.uint64(seed), slots
    state["slots_used"] = state["start_firms"] = district.count
    padded = -(-slots // 4) * 4
    return World(
        par=par,
        offers=offers,
        foreseen=offers if foreseen is None else foreseen,
        start=district.firms,
        firms=_no_firms(slots),
        luck=district.luck,
        attention_bound=np.zeros(padded, np.uint32),
        exit_bound=np.zeros(padded, np.uint32),
        unaware=np.zeros(slots, np.uint8),
        output_factor=np.ones(slots),
        terms=unknown_terms(slots),
        sizes=unknown_sizes(slots),
        pilot_draw=np.zeros(slots),
        partner_start=district.partner_start,
        partners=district.partners,
        park_start=park_start,
        park_firms=park_order,
        leader_slots=np.flatnonzero(district.firms["leader"]).astype(np.int32),
        parks=records_of(np.zeros(parks, PARK), ParkRecord),
        markets=records_of(np.zeros(KIND_COUNT, MARKET), MarketRecord),
        district=state,
        ledger=np.zeros((len(LEDGER_LINES), TIER_COUNT, len(INSTRUMENTS))),
        lists=np.zeros((5, slots), np.int32),
        visit_phase=np.ascontiguousarray(district.firms["visit_phase"]),
        due=np.full((3, slots), -1, np.int16),
        sums=np.zeros((3, months + 1)),
        stocks=np.zeros((len(GROUPS), len(STOCKS))),
        flows=np.zeros((len(GROUPS), len(FLOWS))),
        series=np.zeros((months, len(GROUPS), len(STOCKS) + len(FLOWS))),
        money=np.zeros((months, len(MONEY) + len(INSTRUMENTS))),
        log=records_of(np.zeros(log_slots, LOG), LogRecord),
        words=np.zeros(BLOCK, np.uint32),
        normals=np.zeros(BLOCK),
        slots_found=np.zeros(BLOCK, np.int32),
        sort_keys=np.zeros(slots),
    )


def unknown_terms(slots: int) -> Records[TermsRecord]:
    """Return terms that are nobody's: what depends on a firm's rate is worked out whenever it is asked for."""
    terms = np.zeros(slots, TERMS)
    terms["rate"] = np.nan
    return records_of(terms, TermsRecord)


def unknown_sizes(slots: int) -> Records[SizesRecord]:
    """Return sizes that hold for no revenue: they are worked out when they are first asked for."""
    sizes = np.zeros(slots, SIZES)
    sizes["revenue"] = np.nan
    return records_of(sizes, SizesRecord)


def _no_firms(slots: int) -> Records[FirmRecord]:
    """Return empty records of firms that begin with a cache line, so that a firm takes as few as can be."""
    return records_of(aligned_bytes(slots * FIRM.itemsize).view(FIRM), FirmRecord)


def aligned_bytes(size: int) -> np.ndarray[Any, Any]:
    """Return zeros, one byte each, that begin with a cache line."""
    room = np.zeros(size + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size]
