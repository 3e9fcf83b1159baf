"""Words of the choices that some levers have; names of levers and their groups are in their declarations."""

from __future__ import annotations

__all__ = ["CHOICES"]

CHOICES: dict[str, tuple[str, str]] = {
    "first-come": ("first come, first served", "先到先得"),
    "approval-first": ("approval first", "先审批后开工"),
    "after-the-fact": ("after the fact", "完工后申领"),
    "merit": ("by merit", "择优"),
    "lottery": ("by lot", "抽签"),
    "small-first": ("small firms first", "小企业优先"),
    "large-first": ("large firms first", "大企业优先"),
    "all": ("all alike", "不分先后"),
    "no": ("no", "否"),
    "yes": ("yes", "是"),
}
"""What the choices of levers are called."""
