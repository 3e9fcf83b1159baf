"""The month, in twelve verbs. Their order is the model: nothing else in the engine decides what comes first."""

from __future__ import annotations

from zhizao.by_reference import by_reference
from zhizao.compiled import whole_run
from zhizao.engine.awarding import award
from zhizao.engine.building import build, mature
from zhizao.engine.contracting import contract
from zhizao.engine.lifecycle import begin, produce, turn_over
from zhizao.engine.record import record
from zhizao.engine.seeking import announce, appraise, serve, spread_word
from zhizao.engine.settling import settle
from zhizao.engine.state import World

__all__ = ["VERBS", "simulate"]

VERBS: tuple[str, ...] = (
    "announce",
    "spread_word",
    "serve",
    "appraise",
    "award",
    "contract",
    "build",
    "mature",
    "produce",
    "turn_over",
    "settle",
    "record",
)
"""The twelve verbs, in order: the same in the Mesa model and in the documentation."""


@whole_run
def simulate(world: World, first: int, last: int) -> None:
    """Run the months from `first` up to, not including, `last` (months since the first).

    Changes `world` in place. A run that begins at month 0 sets up the district first.
    """
    world = by_reference(world)
    if first == 0:
        begin(world, first)
    for month in range(first, last):
        announce(world, month)  # the policy in force: windows, rates, deadlines, budgets
        spread_word(world, month)  # awareness spreads along links and inside parks
        serve(world, month)  # specialists visit on their rota
        appraise(world, month)  # attentive firms value projects: wait, go alone, or apply
        award(world, month)  # applications are decided; the budget binds here
        contract(world, month)  # providers accept work up to capacity; prices move
        build(world, month)  # projects advance, get stuck, get unstuck, end
        mature(world, month)  # scores rise and erode; assessment and recognition
        produce(world, month)  # revenue, savings, cash
        turn_over(world, month)  # exits and entries
        settle(world, month)  # grants paid or taken back; services booked
        record(world, month)  # the month's aggregates
