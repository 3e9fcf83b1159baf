"""What has been announced of policy to come: month by month, the next change that is known and what holds from then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zhizao.calendar import MONTHS
from zhizao.policy.levers import Policy
from zhizao.policy.schedule import Block

__all__ = ["Announcement", "announcements"]


class Announcement(NamedTuple):
    """The next change of policy that is known in a month.

    Attributes
    ----------
    policy
        What holds then, as far as is known: what has been announced by now, and for the rest what holds now.
    first, last
        Its first month, and the last before the next change that is known.
    """

    policy: Policy
    first: int
    last: int


def announcements(blocks: Sequence[Block], policies: Sequence[Policy]) -> tuple[Announcement | None, ...]:
    """Return what is known of later policy in each month; nothing at all where no change is announced.

    Parameters
    ----------
    blocks
        Dated changes in the order in which they hold.
    policies
        The policy of each month that results from them.
    """
    if all(block.announced is None for block in blocks):
        return ()
    return tuple(_next_known(blocks, month, policy) for month, policy in enumerate(policies))


def _next_known(blocks: Sequence[Block], month: int, policy: Policy) -> Announcement | None:
    told = [block for block in blocks if block.announced is not None and block.announced <= month <= block.end]
    known = [block for block in blocks if block in told or block.start <= month <= block.end]
    turns = {block.start for block in told} | {block.end + 1 for block in told}
    following = sorted(turn for turn in turns if month < turn < MONTHS)
    for first in following:
        then = _policy_of([block for block in known if block not in told or block.start <= first <= block.end])
        if then != policy:
            later = [turn for turn in following if turn > first]
            return Announcement(then, first, later[0] - 1 if later else MONTHS - 1)
    return None


def _policy_of(blocks: Sequence[Block]) -> Policy:
    policy = Policy()
    for block in blocks:
        policy = block.applied(policy)[0]
    return policy
