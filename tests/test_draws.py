"""The generator: published answers, even draws in every stream, the same compiled and not, and nothing beside it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import zhizao.draws
from examples import examples
from small_district import python
from zhizao.draws import STREAMS, normal_quantile, philox, poisson_quantile, seed_keys, uniform, unit, words

SOURCES = sorted(Path(zhizao.draws.__file__).parent.rglob("*.py"))
SEED = 20180101
DOUBT = 1e-3 / len(STREAMS)
"""A fair generator fails a check of all streams once in a thousand seeds."""

# Counter, key and answer: https://github.com/DEShawResearch/random123, tests/kat_vectors, philox4x32 10
KNOWN = [
    ("00000000 " * 4, "00000000 " * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff " * 4, "ffffffff " * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]

slots, months = st.integers(0, 2**33), st.integers(0, 2**31)
seeds, streams = st.integers(0, 2**64 - 1), st.sampled_from(sorted(stream.number for stream in STREAMS.values()))


def from_hex(text: str) -> list[np.uint32]:
    return [np.uint32(int(word, 16)) for word in text.split()]


def drawn(stream: int, month: int, count: int, seed: int = SEED) -> np.ndarray:
    """Uniform draws of the first slots in one month."""
    out = np.empty(count, np.uint32)
    words(np.uint64(seed), stream, month, 0, out)
    return (out + 0.5) / 2**32


# ------------------------------------------------------------------------------------------- the generator


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN, ids=["zeros", "ones", "pi"])
def test_philox_gives_the_published_answers(counter, key, answer):
    assert [int(word) for word in philox(*from_hex(counter), *from_hex(key))] == [int(w) for w in from_hex(answer)]


def test_the_address_of_a_draw_is_as_documented():
    seed, stream, slot, month = 0x0123456789ABCDEF, 5, 4 * 77 + 2, 91
    key = [np.uint32(0x89ABCDEF), np.uint32(0x01234567)]
    block = philox(np.uint32(77), np.uint32(month), np.uint32(stream), np.uint32(0), *key)
    assert uniform(seed, stream, slot, month) == (int(block[2]) + 0.5) / 2**32
    assert [int(part) for part in seed_keys(seed)] == [int(part) for part in key]


@settings(deadline=None, max_examples=examples(200))
@given(seeds, streams, st.integers(0, 2**20), months, st.integers(1, 64))
def test_words_are_the_draws_of_their_slots(seed, stream, block, month, blocks):
    out = np.empty(4 * blocks, np.uint32)
    words(np.uint64(seed), stream, month, 4 * block, out)
    one_by_one = [uniform(np.uint64(seed), stream, 4 * block + lane, month) for lane in range(out.size)]
    assert one_by_one == [unit(word) for word in out]


@settings(deadline=None, max_examples=examples(500))
@given(seeds, streams, slots, months)
def test_a_draw_lies_within_the_open_interval(seed, stream, slot, month):
    draw = uniform(np.uint64(seed), stream, slot, month)
    assert 0.0 < draw < 1.0
    assert draw == uniform(np.uint64(seed), stream, slot, month)


def test_the_largest_and_the_smallest_draw():
    assert unit(np.uint32(0)) == 0.5 / 2**32
    assert unit(np.uint32(2**32 - 1)) == 1.0 - 0.5 / 2**32


def test_every_part_of_an_address_matters():
    draws = {
        uniform(seed, stream, slot, month)
        for seed in (0, 1, 2**32)
        for stream in (1, 2)
        for slot in range(9)
        for month in range(9)
    }
    assert len(draws) == 3 * 2 * 9 * 9


# ---------------------------------------------------------------------------------------------- evenness


@pytest.mark.parametrize("name", STREAMS)
def test_draws_of_a_stream_are_even(name):
    """Kolmogorov-Smirnov over the slots of one month, and over the months of one slot."""
    stream = STREAMS[name].number
    over_slots = drawn(stream, 3, 20_000)
    over_months = np.array([uniform(SEED, stream, 10, month) for month in range(5_000)])
    for draws in (over_slots, over_months):
        assert stats.kstest(draws, "uniform").pvalue > DOUBT / 2


def lattice_p(one: np.ndarray, other: np.ndarray, side: int = 16) -> float:
    """Probability that independent even pairs fill a square lattice as unevenly, or as suspiciously evenly."""
    cells = np.bincount((one * side).astype(int) * side + (other * side).astype(int), minlength=side * side)
    p = stats.chisquare(cells).pvalue
    return float(2 * min(p, 1 - p))


@pytest.mark.parametrize("name", STREAMS)
def test_pairs_of_draws_fill_the_square(name):
    """Neighbouring slots, neighbouring blocks of four slots, neighbouring months, and neighbouring seeds."""
    stream = STREAMS[name].number
    here = drawn(stream, 24, 32_768)
    blocks = here.reshape(-1, 2, 4)
    pairs = {
        "slots": (here[0::2], here[1::2]),
        "blocks": (blocks[:, 0].ravel(), blocks[:, 1].ravel()),
        "months": (here, drawn(stream, 25, here.size)),
        "years": (here, drawn(stream, 36, here.size)),
        "seeds": (here, drawn(stream, 24, here.size, SEED + 1)),
    }
    found = {what: lattice_p(*pair) for what, pair in pairs.items()}
    assert min(found.values()) > DOUBT / len(pairs), found


def test_streams_do_not_run_together():
    table = np.array([drawn(stream.number, 7, 16_384) for stream in STREAMS.values()])
    correlation = np.corrcoef(table)[np.triu_indices(len(table), 1)]
    assert np.abs(correlation).max() * np.sqrt(table.shape[1]) < stats.norm.ppf(1 - 1e-3 / correlation.size / 2)


# ------------------------------------------------------------------------------------------------ quantiles


def test_the_normal_quantile_over_the_whole_range():
    u = np.concatenate([(np.arange(20_000) + 0.5) / 20_000, unit_ends()])
    mine = np.array([normal_quantile(x) for x in u])
    np.testing.assert_allclose(mine, stats.norm.ppf(u), rtol=1e-13, atol=1e-15)


def unit_ends() -> np.ndarray:
    """The smallest and the largest draws that there are, and where the algorithm changes its branch."""
    low = 2.0 ** np.arange(-33.0, -3.0)
    edges = np.array([0.075, np.nextafter(0.075, 0), np.nextafter(0.075, 1), np.exp(-25.0)])
    return np.concatenate([low, 1 - low, edges, 1 - edges])


@settings(deadline=None, max_examples=examples(300))
@given(st.integers(0, 2**32 - 2))
def test_the_normal_quantile_never_falls(word):
    assert normal_quantile(unit(np.uint32(word))) < normal_quantile(unit(np.uint32(word + 1)))


@settings(deadline=None, max_examples=examples(400))
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 200.0))
def test_the_poisson_quantile(word, mean):
    u = float(unit(np.uint32(word)))
    count = poisson_quantile(u, mean)
    if mean == 0.0:
        assert count == 0
        return
    # the quantile itself, or its neighbour where the two sums of the CDF differ by rounding
    assert stats.poisson.ppf(max(u - 1e-11, 0.0), mean) <= count <= stats.poisson.ppf(min(u + 1e-11, 1.0), mean)


@settings(deadline=None, max_examples=examples(200))
@given(st.integers(0, 2**32 - 2), st.floats(0.0, 1e6))
def test_the_poisson_quantile_never_falls(word, mean):
    assert poisson_quantile(unit(np.uint32(word)), mean) <= poisson_quantile(unit(np.uint32(word + 1)), mean)


@pytest.mark.parametrize("mean", [201.0, 1000.0, 1e6])
def test_large_poisson_means_are_near(mean):
    u = (np.arange(400) + 0.5) / 400
    mine = np.array([poisson_quantile(x, mean) for x in u])
    assert np.abs(mine - stats.poisson.ppf(u, mean)).max() <= 2 + 4e-3 * np.sqrt(mean)


# ------------------------------------------------------------------------------------ uncompiled, and the house

UNCOMPILED = """
import numpy as np
np.seterr(all="raise")
from zhizao.draws import normal_quantile, philox, poisson_quantile, uniform, words
full = np.uint32(0xFFFFFFFF)
print([int(word) for word in philox(full, full, full, full, full, full)])
print([uniform(np.uint64(seed), 5, slot, 40) for seed in (0, 7, 2**64 - 1) for slot in range(8)])
out = np.zeros(8, np.uint32)
words(np.uint64(2**64 - 1), np.int64(5), 40, 8, out)
print(out.tolist())
print([normal_quantile(u) for u in (1e-9, 0.1, 0.5, 0.7, 0.999)])
print([poisson_quantile(0.7, mean) for mean in (0.0, 0.1, 3.0, 150.0, 900.0)])
"""


def test_uncompiled_code_gives_the_same_bits():
    compiled, plain = (python(UNCOMPILED, NUMBA_DISABLE_JIT=switch) for switch in "01")
    assert compiled == plain
    assert str([int(word) for word in from_hex(KNOWN[1][2])]) in plain


def test_numbers_of_streams_are_unique():
    numbers = [int(stream.number) for stream in STREAMS.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(stream.purpose for stream in STREAMS.values())


def test_numbers_of_streams_have_not_changed():
    """A stream keeps its number for ever: add lines here, change none."""
    published = (  # noqa: SIM905 (a table)
        "attention 1 taste 2 awareness 3 queue 4 obstacle 5 obstacle_month 6 clearing 7 success 8 assessment 9 "
        "recognition 10 factory_recognition 11 growth 12 exit 13 entry 14 size 20 sector 21 staff 22 rd_active 23 "
        "capability 24 start_score 25 start_robots 26 start_workshops 27 start_cash 28 start_awareness 29 "
        "intensity 30 finance 31 coverage 32 visit 33 leader 34 degree 35 partner 36 leader_link 37 parameters 40"
    ).split()
    kept = dict(zip(published[0::2], map(int, published[1::2]), strict=True))
    assert kept.items() <= {name: int(stream.number) for name, stream in STREAMS.items()}.items()


def test_every_stream_in_the_source_is_named_and_every_name_is_used():
    used = {name for path in SOURCES for name in re.findall(r"""STREAMS\[["'](\w+)["']\]""", path.read_text("utf-8"))}
    assert used <= set(STREAMS)
    assert set(STREAMS) - used <= {"parameters"}, "a stream that serves no decision"


def test_no_call_makes_up_a_stream():
    """The stream of a draw is a name, never a number written at the call."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("uniform", "words", "draw_block"):
                assert not any(isinstance(part, ast.Constant) for part in node.args[1:2]), (path.name, node.lineno)


METHODS = (
    "fitting", "studies/calibration", "studies/deciding", "studies/discovery", "studies/reach.py",
    "studies/sensitivity", "studies/sweeps/shared.py", "studies/update.py",
)  # fmt: skip
"""Methods that draw for themselves; what they simulate still draws from the streams alone."""
NAMES_OF_FILES = ("storage/new_folder.py", "storage/whole.py", "storage/together.py")
"""Give files names that nobody can guess while they are written; no number that is computed depends on them."""


def test_the_model_has_no_other_randomness():
    other = re.compile(r"\b(np|numpy)\.random\b|^\s*(import|from) (random|secrets)\b|\bdefault_rng\b", re.M)
    package = Path(zhizao.draws.__file__).parent
    methods = {
        path for path in SOURCES for place in (*METHODS, *NAMES_OF_FILES) if path.is_relative_to(package / place)
    }
    assert len(methods) > len(METHODS) + len(NAMES_OF_FILES), "the methods have moved"
    data = package / "data"  # where it is installed, the districts' own scripts, which make facts, lie there
    of_model = {path for path in set(SOURCES) - methods if not path.is_relative_to(data)}
    found = [(path.name, match.group()) for path in of_model for match in other.finditer(path.read_text("utf-8"))]
    assert not found


def test_methods_draw_from_generators_with_a_stated_seed():
    """No global generator, and none that seeds itself."""
    for path in SOURCES:
        for name, unseeded in re.findall(r"\b(?:np|numpy)\.random\.(\w+)(\(\))?", path.read_text("utf-8")):
            assert name in ("Generator", "Philox", "SeedSequence"), (path.name, name)
            assert not unseeded, (path.name, name)
