"""What the intervals of sensitivity indices hold for, and what is not in them."""

from __future__ import annotations

from zhizao.errors import Message
from zhizao.studies.parameter_draws import repeated_draws
from zhizao.studies.sweeps.answers import Answers

__all__ = ["intervals_hold_for"]


def intervals_hold_for(answers: Answers) -> tuple[Message, ...]:
    """Say what all rows of a sweep share, since the bootstrap takes blocks, trajectories or rows as independent.

    Nothing needs to be said where every row has parameters and luck of its own.
    """
    design = answers.design
    if not answers.swept:
        note = repeated_draws(answers.rows, design.calibration, design.funding)
        return () if note is None else (note,)
    factors = answers.store.manifest["factors"]
    swept = {factor["key"] for factor in factors}
    parts = []
    if any(key not in swept for key in answers.store.manifest["columns"]["inputs"]):
        parts.append(("parameters that are not swept", "未扫描的参数"))
    if design.luck == "common" and all(factor["kind"] != "luck" for factor in factors):
        parts.append(("luck", "运气"))
    if not parts:
        return ()
    english, chinese = " and ".join(part[0] for part in parts), "与".join(part[1] for part in parts)
    these = ("one draw", "this draw", "1次抽样", "这次抽样")
    if answers.draws > 1:
        these = (f"{answers.draws:,} draws", "these draws", f"{answers.draws:,}次抽样", "这些抽样")
    return (
        Message(
            f"all points share {these[0]} ({english}): the intervals hold for {these[1]} alone, and how far other "
            "draws would change the indices is not in them; sweep again with another seed or more draws to see it",
            f"所有点共用{these[2]}（{chinese}）：区间只对{these[3]}成立，不包含换用其他抽样时指数的变化；"
            "可换一个种子或增加抽样次数再扫描一次来查看",
        ),
    )
