"""Common random numbers: every draw is a pure function of ``(seed, stream, firm, month)``.

The generator is Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC 2011), which has no state: a draw depends on nothing but its address. So the same firm meets the same luck
in every scenario, adding a firm disturbs nobody, and results do not depend on order, threads or workers.

Each decision has one named stream. A stream's number is part of the contract: it is never changed and never
used again, because changing it changes every result. Decisions use a draw by inverse CDF, so that they are
monotone in it, and never by rejection.

The address of a firm is its luck number. That of a synthetic firm is its slot; that of a firm in a register is made
from its id (`number_of_id`), so that its luck does not depend on who else is in the file or on the order of the rows.

Four neighbouring numbers share one Philox block: the block's counter is made of the number without its last two
bits (the low 32 bits first, the rest last), ``(number // 4 % 2**32, month, stream, number // 2**34)``, and the number
takes word ``number % 4``.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any, NamedTuple

import numpy as np

from zhizao.compiled import compiled, inlined

__all__ = [
    "FIRST_OF_IDS",
    "STREAMS",
    "Stream",
    "normal_quantile",
    "normals",
    "number_of_id",
    "philox",
    "poisson_quantile",
    "seed_keys",
    "uniform",
    "unit",
    "word",
    "words",
]


class Stream(NamedTuple):
    """A named stream: its number for ever, and the decision that it serves."""

    number: Any  # a NumPy scalar, so that compiled code does not specialise on every stream
    purpose: str


def _stream(number: int, purpose: str) -> Stream:
    return Stream(np.int64(number), purpose)


STREAMS: dict[str, Stream] = {
    "attention": _stream(1, "whether a firm looks at projects this month"),
    "taste": _stream(2, "the logistic taste draw between acting and waiting"),
    "awareness": _stream(3, "whether a firm hears of the offers this month"),
    "queue": _stream(4, "a firm's place among those that come in the same month; the lottery"),
    "obstacle": _stream(5, "whether a project meets an obstacle"),
    "obstacle_month": _stream(6, "when in the project the obstacle comes"),
    "clearing": _stream(7, "whether an obstacle is cleared this month"),
    "success": _stream(8, "whether a finished project works as hoped"),
    "assessment": _stream(9, "noise of the yearly self-assessment"),
    "recognition": _stream(10, "whether a workshop is recognised on this year's list"),
    "factory_recognition": _stream(11, "whether a smart factory is recognised on this year's list"),
    "growth": _stream(12, "a firm's own growth in a year"),
    "exit": _stream(13, "whether a firm closes or leaves this month"),
    "entry": _stream(14, "how many firms enter this month"),
    "pilot": _stream(17, "whether a firm of a chosen sub-industry is on the pilot city's list (once, at month 0)"),
    "recording": _stream(18, "whether a project begun without a grant is registered"),
    "refusal": _stream(51, "whether a refused firm weighs at once whether to go alone"),
    "foresight": _stream(52, "whether a firm looks ahead to support that has been announced (once, at month 0)"),
    "size": _stream(20, "start of the size sequence (class and place within it)"),
    "sector": _stream(21, "start of the sector sequence"),
    "staff": _stream(22, "employees given revenue"),
    "rd_active": _stream(23, "start of the sequence for R&D activity"),
    "capability": _stream(24, "a firm's capability"),
    "start_score": _stream(25, "digital score at the start"),
    "start_robots": _stream(26, "start of the sequence for robots at the start"),
    "start_workshops": _stream(27, "start of the sequence for workshops at the start"),
    "start_cash": _stream(28, "cash at the start"),
    "start_awareness": _stream(29, "awareness of offers at the start"),
    "intensity": _stream(30, "how much a firm gains from a project type (the type takes the place of the month)"),
    "finance": _stream(31, "a firm's own finance premium"),
    "coverage": _stream(32, "start of the sequence that says who has a specialist"),
    "visit": _stream(33, "start of the sequence for the rota of visits"),
    "leader": _stream(34, "whether a large firm leads a chain"),
    "degree": _stream(35, "how many partners a firm seeks"),
    "partner": _stream(36, "which partners (the link's number takes the place of the month)"),
    "leader_link": _stream(37, "whether and with which leader a firm trades"),
    "park": _stream(38, "the park of a registered firm whose park is not known (a park takes the place of the month)"),
    "circle": _stream(39, "where a firm of a registered district is placed on the circle on which partners are sought"),
    "choice": _stream(
        41, "which of several firms on the circle a link takes (the link's draw takes the place of the month)"
    ),
    "parameters": _stream(40, "reserved for sampling of parameter draws"),
}
"""Every stream of the model. Numbers are never changed and never used again."""

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW_WORD = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_TO_UNIT = 2.0**-32

FIRST_OF_IDS = 2**34
"""Luck numbers from here on are made from ids; those below are slots. There is no larger slot."""
_NUMBER_BITS = 62
_BLOCK_BITS = np.int64(2)
_ABOVE_BLOCK = np.int64(34)
_LOW_NUMBER = np.int64(0xFFFFFFFF)


def number_of_id(identity: str) -> int:
    """Return the luck number of the firm with this id: 61 bits of its BLAKE2b hash, and one that sets it apart.

    It is part of the contract of randomness: the same id has the same luck in every version and on every machine.
    """
    digest = hashlib.blake2b(identity.encode("utf-8"), digest_size=8, person=b"zhizao.firm").digest()
    top = 1 << (_NUMBER_BITS - 1)
    return top | (int.from_bytes(digest, "little") % top)


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox 4x32-10: four 32-bit words from a counter of four words and a key of two.

    All arguments and results are ``np.uint32``. Products and sums are formed in 64 bits and masked, so that
    nothing overflows when the code runs uncompiled; compiled, the masks cost nothing.
    """
    for _ in range(10):
        product_0 = np.uint64(c0) * _MULTIPLIER_0
        product_1 = np.uint64(c2) * _MULTIPLIER_1
        c0 = np.uint32(product_1 >> _WORD) ^ c1 ^ k0
        c2 = np.uint32(product_0 >> _WORD) ^ c3 ^ k1
        c1 = np.uint32(product_1 & _LOW_WORD)
        c3 = np.uint32(product_0 & _LOW_WORD)
        k0 = np.uint32((np.uint64(k0) + _WEYL_0) & _LOW_WORD)
        k1 = np.uint32((np.uint64(k1) + _WEYL_1) & _LOW_WORD)
    return c0, c1, c2, c3


@compiled
def seed_keys(seed: Any) -> Any:
    """Split a 64-bit seed into the two key words of Philox."""
    whole = np.uint64(seed)
    return np.uint32(whole & _LOW_WORD), np.uint32(whole >> _WORD)


@compiled
def unit(drawn: Any) -> float:
    """Return the uniform draw in (0, 1) that a 32-bit word stands for."""
    return (float(drawn) + 0.5) * _TO_UNIT


@compiled
def word(seed: Any, stream: int, number: int, month: int) -> Any:
    """Return the 32-bit word that `uniform` turns into a draw."""
    k0, k1 = seed_keys(seed)
    whole = np.int64(number)
    low = np.uint32((whole >> _BLOCK_BITS) & _LOW_NUMBER)
    a, b, c, d = philox(low, np.uint32(month), np.uint32(stream), np.uint32(whole >> _ABOVE_BLOCK), k0, k1)
    lane = whole % 4
    return a if lane == 0 else (b if lane == 1 else (c if lane == 2 else d))


@compiled
def uniform(seed: Any, stream: int, number: int, month: int) -> float:
    """Return the uniform draw of one firm in one month, in the open interval (0, 1).

    Parameters
    ----------
    seed
        Seed of the run, 0 to 2**64 - 1.
    stream
        Number of the stream, from `STREAMS`.
    number
        Luck number of the firm, below 2**62: its slot, or what `number_of_id` gives (or 0 for the district).
    month
        Month since the first, or an index where a stream says so. Never negative.
    """
    return unit(word(seed, stream, number, month))


@compiled
def words(seed: Any, stream: int, month: int, first_slot: int, out: Any) -> None:
    """Fill `out` (uint32, a whole number of blocks of 4) with the words of slots from `first_slot` on.

    `first_slot` is a multiple of four. ``(word + 0.5) / 2**32`` is what `uniform` returns for that slot.
    """
    k0, k1 = seed_keys(seed)
    c1, c2, c3 = np.uint32(month), np.uint32(stream), np.uint32(0)
    first_block = first_slot // 4
    for block in range(out.size // 4):
        a, b, c, d = philox(np.uint32(first_block + block), c1, c2, c3, k0, k1)
        out[4 * block] = a
        out[4 * block + 1] = b
        out[4 * block + 2] = c
        out[4 * block + 3] = d


@compiled
def _ratio(x: float, top: Any, bottom: Any) -> float:
    above = 0.0
    below = 0.0
    for i in range(8):
        above = above * x + top[i]
        below = below * x + bottom[i]
    return above / below


# Coefficients of algorithm AS 241 (PPND16), highest power first.
_CENTRE_TOP = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_CENTRE_BOTTOM = (
    5226.495278852545925,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_MIDDLE_TOP = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_MIDDLE_BOTTOM = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
_TAIL_TOP = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.0012426609473880784386,
    0.026532189526576123093,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
_TAIL_BOTTOM = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    0.0148753612908506148525,
    0.13692988092273580531,
    0.59983220655588793769,
    1.0,
)


@compiled
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile of `u` in (0, 1), by algorithm AS 241 (Wichura 1988)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(0.180625 - q * q, _CENTRE_TOP, _CENTRE_BOTTOM)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    value = _ratio(r - 1.6, _MIDDLE_TOP, _MIDDLE_BOTTOM) if r <= 5.0 else _ratio(r - 5.0, _TAIL_TOP, _TAIL_BOTTOM)
    return -value if q < 0.0 else value


@compiled
def normals(words_drawn: Any, out: Any, tails: Any) -> None:
    """Fill `out` (float64) with the standard normal draws that 32-bit words stand for; `tails` (int32) is for work.

    To the bit what `normal_quantile` gives for each; but the centre, 85 % of all, is worked out for several at once.
    """
    for place in range(out.size):
        q = unit(words_drawn[place]) - 0.5
        out[place] = q * _ratio(0.180625 - q * q, _CENTRE_TOP, _CENTRE_BOTTOM)
    in_tails = 0
    for place in range(out.size):
        tails[in_tails] = place
        in_tails += int(abs(unit(words_drawn[place]) - 0.5) > 0.425)
    for number in range(in_tails):
        place = int(tails[number])
        out[place] = normal_quantile(unit(words_drawn[place]))


@compiled
def poisson_quantile(u: float, mean: float) -> int:
    """Return the Poisson quantile of `u` by walking up the CDF; for means up to a few hundred.

    Larger means use the normal approximation with continuity correction, also monotone in `u`.
    """
    if mean <= 0.0:
        return 0
    if mean > 200.0:
        return max(0, math.floor(mean + math.sqrt(mean) * normal_quantile(u) + 0.5))
    probability = math.exp(-mean)
    cumulative = probability
    count = 0
    while u > cumulative and probability > 0.0:
        count += 1
        probability *= mean / count
        cumulative += probability
    return count
