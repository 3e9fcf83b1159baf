"""The words of the interactive charts in English and Chinese."""

from __future__ import annotations

from zhizao.report.words import COMMON_WORDS
from zhizao.results.wording import Words

__all__ = ["say"]

say = Words({
    "month": ("month", "月份"),
    "mean": ("mean", "均值"),
    "low": ("90 % interval from", "90%区间下限"),
    "high": ("90 % interval to", "90%区间上限"),
    "policy": ("policy", "政策情景"),
    "known reported": ("as reported by firms", "企业自评"),
    "known true": ("true", "真实水平"),
    "treatment plan": ("fitted to the plan being met", "以规划目标实现为条件拟合"),
    "treatment facts": ("fitted to the facts alone", "仅按事实拟合"),
    "treatment prior": ("not fitted", "未经拟合"),
    "parameters": ("parameters", "参数"),
    "level 2": ("level 2", "二级认定依据"),
    "name": ("name in files", "文件中的名称"),
    "pick scenario": ("Policy shown:", "显示的政策："),
    "plan line": ("the plan: 90 % by 2025-12", "规划目标：2025年12月达到90%"),
    "branch line": ("policies part", "政策自此分化"),
    "axis share": ("% of above-scale SMEs at level 2", "达到二级的规上中小企业占比（%）"),
    "axis difference": (
        "percentage points of SMEs at level 2\ncompared with “{first}”",
        "二级企业占比之差（百分点）\n与“{first}”相比",
    ),
    "axis difference true": (
        "percentage points, truly at level 2\ncompared with “{first}”",
        "真实达到二级的企业占比之差（百分点）\n与“{first}”相比",
    ),
    "axis money": (
        "public money paid, million RMB\n2024-01 to {until}, mean",
        "支付的财政资金（百万元，均值）\n2024年1月至{until}",
    ),
    "axis cost": (
        "additional public money, million RMB\n2024-01 to {until}",
        "额外的财政支出（百万元）\n2024年1月至{until}",
    ),
    "p_better": ("better in, of draws", "更优的抽样占比"),
    "percent of money": ("% of the money", "占资金的%"),
    "part": ("where it went", "资金去向"),
    "kind": ("kind of group", "分组方式"),
    "group": ("group", "分组"),
    "group share": ("at level 2 in truth, %", "真实达到二级（%）"),
    "kind size": ("size of firm", "企业规模"),
    "kind sector": ("sector (SMEs)", "行业（中小企业）"),
    "kind start_level": ("starting level (SMEs)", "起始等级（中小企业）"),
    "kind park": ("parks (SMEs)", "园区（中小企业）"),
    "alt road": (
        "Lines over time: share of above-scale SMEs at digital level 2 by month, reported and true, with bands that "
        "hold 90 % of the draws, under each treatment of the plan; a horizontal line marks the plan of 90 %. "
        "The table below has the numbers.",
        "时间折线图：逐月达到数字化二级的规上中小企业占比（自评与真实），色带包含90%的抽样，按规划目标的不同处理方式分列；横线为90%的规划目标。"
        "数值见下方表格。",
    ),
    "alt differences": (
        "Points with bars: what each policy changes in the share of SMEs at level 2, reported and true, in percentage "
        "points, with 90 % intervals; a vertical line marks no difference. The table below has the numbers.",
        "点线图：各项政策使二级企业占比（自评与真实）变化的百分点及90%区间，竖线表示无差异。数值见下方表格。",
    ),
    "alt subsidy_account": (
        "Stacked bars: the public money of each policy in million RMB, by what it changed. The table below has the "
        "numbers.",
        "堆积条形图：各项政策的财政资金（百万元），按其改变了什么分列。数值见下方表格。",
    ),
    "alt who_gains": (
        "Points with bars: what a policy changes in the share of firms truly at level 2, in percentage points with "
        "90 % intervals, by size, sector, starting level and park. The table below has the numbers.",
        "点线图：某项政策使各类企业真实达到二级的占比变化的百分点及90%区间，按规模、行业、起始等级和园区分列。数值见下方表格。",
    ),
    "alt cost_effect": (
        "Points: additional public money across, additional SMEs truly at level 2 upwards, one for each policy, with "
        "90 % intervals; a stepped line joins the policies that no other beats. The table below has the numbers.",
        "散点图：横轴为额外的财政支出，纵轴为额外达到二级的中小企业（真实），每项政策一个点并附90%区间；阶梯线连接效率前沿上的政策。数值见下方表格。",
    ),
}, COMMON_WORDS)  # fmt: skip
"""A word or sentence of the charts."""
