"""Words of `zhizao sensitivity` and `zhizao discover` in English and Chinese."""

from __future__ import annotations

from zhizao.commands.words import word
from zhizao.results.wording import Words

__all__ = ["say"]

say = Words({
    "sobol": (
        "Sobol' indices: the share of the variance that a factor explains by itself (first), and with all that it does "
        "together with others (total). Scenario {scenario}; in brackets the 90 % interval.",
        "Sobol′指数：单个因素独自解释的方差份额（一阶），以及计入与其他因素共同作用后的份额（总）。情景{scenario}；括号内为90%区间。",
    ),
    "morris": (
        "Morris: mean size of the effect of crossing a factor's whole interval (mu*), its mean (mu) and its spread "
        "(sigma). Scenario {scenario}; in brackets the 90 % interval.",
        "Morris筛选：因素走完整个取值区间的平均效应大小（mu*）、平均效应（mu）及其离散程度（sigma）。情景{scenario}；括号内为90%区间。",
    ),
    "pawn": (
        "PAWN: how far the distribution of the outcome moves when an input is held in a tenth of its range (median and "
        "largest distance, 0 to 1). ✓: more than 95 % of inputs that do nothing. Scenario {scenario}; in brackets the "
        "90 % interval.",
        "PAWN：将某一输入限定在其取值十分之一区段时，结果分布的移动幅度（距离的中位数和最大值，0至1）。"
        "✓表示超过95%的无关虚拟输入。情景{scenario}；括号内为90%区间。",
    ),
    "groups summed": (
        "Sums of first-order indices by group; interactions: what no factor explains by itself.",
        "按组汇总的一阶指数；“交互作用”为任何单一因素都不能独自解释的部分。",
    ),
    "groups moved": ("Groups of factors were moved together.", "同组因素同时变动。"),
    "averaged": (
        "Outcomes were averaged over {draws} draws at each point.", "每个点的结果先对{draws}次抽样取平均。",
    ),
    "analysed sobol": (
        "{label}: mean {mean}, standard deviation {sd}; {kept} whole blocks ({rows} points) used, {dropped} dropped.",
        "{label}：均值{mean}，标准差{sd}；使用完整区组{kept}个（{rows}个点），舍弃{dropped}个。",
    ),
    "analysed morris": (
        "{label}: mean {mean}, standard deviation {sd}; {kept} whole trajectories ({rows} points) used, {dropped} "
        "dropped.",
        "{label}：均值{mean}，标准差{sd}；使用完整轨迹{kept}条（{rows}个点），舍弃{dropped}条。",
    ),
    "analysed pawn": (
        "{label}: mean {mean}, standard deviation {sd}; {kept} rows used, {dropped} dropped.",
        "{label}：均值{mean}，标准差{sd}；使用{kept}行，舍弃{dropped}行。",
    ),
    "fewer rows": (
        "The indices rest on {rows} of these rows, evenly spread over the sweep: more would take long and move little.",
        "指数根据其中均匀抽取的{rows}行计算：更多的行耗时很长而影响甚微。",
    ),
    "chart outcomes": (
        "the chart shows the first {count} outcomes; choose others with --outcome",
        "图中只画出前{count}项结果；可用 --outcome 另选",
    ),
    "ranks": (
        "Ranks were analysed instead of values.", "分析的是名次而非数值。",
    ),
    "infinite": (
        "It has no end in {share} of the rows (money, and nothing for it), so ranks were analysed instead of values; "
        "mean and standard deviation are those of the others.",
        "其中{share}为无上限（花了钱而没有新增），因此分析名次而非数值；均值和标准差按其余部分计算。",
    ),
    "constant": (
        "{label}: the same in all {rows} points that were used ({mean}); nothing can matter for it.",
        "{label}：所用{rows}个点的结果完全相同（{mean}），没有因素可以解释。",
    ),
    "scarce": (
        "{label}: so few of the {rows} points differ from the others (mean {mean}) that this design cannot say what "
        "matters for it; enlarge it.",
        "{label}：{rows}个点中结果不同的极少（均值{mean}），该样本无法判断哪些因素重要；请扩大样本。",
    ),
    "unknown": ("{label}: no run knows it.", "{label}：没有任何运行给出该结果。"),
    "explained": (
        "By themselves the factors explain {share} of the variance ({low} … {high}); the rest comes from what they "
        "do together.",
        "各因素独自解释的方差合计{share}（{low} … {high}），其余来自因素之间的交互作用。",
    ),
    "loose": (
        "By themselves the factors explain {share} of the variance, but the interval ({low} … {high}) is too wide to "
        "say more: the design is too small for this outcome.",
        "各因素独自解释的方差合计{share}，但区间（{low} … {high}）过宽，无法进一步说明：对该结果而言样本过小。",
    ),
    "fails": (
        "{scenario} fails ({condition}) in {failing} of {runs} futures, {rate}; {dropped} runs left out (missing, "
        "failed to run, or without this outcome).",
        "{scenario}在{runs}种未来情形中有{failing}种失败（{condition}），占{rate}；另有{dropped}次运行未计入（缺失、出错或无此结果）。",
    ),
    "nothing fails": (
        "Nothing fails: no future is told from another.", "没有失败的情形，无从区分。",
    ),
    "everything fails": (
        "Everything fails: no future is told from another.", "全部失败，无从区分。",
    ),
    "too few": (
        "Fewer than ten futures fail, or fewer than ten do not: too few to tell them apart.",
        "失败或未失败的情形不足十种，无法区分。",
    ),
    "dense anywhere": (
        "This is at least the wanted density ({threshold}) without any restriction, so there is no box to look for: "
        "ask for a higher --threshold, or for a stricter --fails.",
        "不加任何限制时已达到所要求的密度（{threshold}），无需寻找区域；可提高 --threshold，或收紧 --fails。",
    ),
    "boxes": (
        "Boxes (PRIM): of those on the peeling trajectory in which at least {threshold} of the runs fail, without the "
        "restrictions that chance could explain, the simplest that covers at least three quarters of what the widest "
        "does. Each next box is among the runs outside those before.",
        "失败区域（PRIM）：在失败比例不低于{threshold}的候选区域中，去除偶然即可解释的限制后，"
        "取覆盖率不低于最高者四分之三、限制条件最少的区域。后一区域在前面各区域之外的运行中寻找。",
    ),
    "box": (
        "Box {number}: {density} of the {runs} runs inside fail (density); it covers {coverage} of all that fail and "
        "holds {mass} of all runs.",
        "区域{number}：其中{runs}次运行有{density}失败（密度）；覆盖全部失败情形的{coverage}，占全部运行的{mass}。",
    ),
    "not dense": (
        "No box of the wanted mass is that dense; this is the densest.", "没有达到该密度的区域；以下为密度最高者。",
    ),
    "unsure": (
        "Chance alone could explain some of these restrictions (quasi-p above 0.05): see whether the box holds in "
        "other runs.",
        "其中部分限制偶然即可解释（准p值高于0.05），请用另外的运行检验该区域。",
    ),
    "tree": (
        "A tree of {depth} questions explains {explained} of the variance of failing in runs that it has not seen:",
        "深度为{depth}的决策树在未见过的运行中解释失败与否方差的{explained}：",
    ),
    "no tree": (
        "A tree finds nothing of use: in runs that it has not seen it is no better than the share that fails.",
        "决策树没有发现有用的规律：在未见过的运行中不优于总体失败比例。",
    ),
    "where": ("futures where", "未来情形"),
    "inside": ("inside the box", "区域内"),
    "quasi p": ("quasi-p", "准p值"),
    "share fails": ("fail", "失败比例"),
    "and": (" and ", "，且"),
    "everywhere": ("everywhere", "全部"),
    "factor": ("factor", "因素"),
    "input": ("input", "输入"),
    "group": ("group", "组别"),
    "first": ("first", "一阶"),
    "total": ("total", "总"),
    "mu_star": ("mu*", "mu*"),
    "mu": ("mu", "mu"),
    "sigma": ("sigma", "sigma"),
    "largest": ("largest", "最大"),
    "matters": ("matters", "有影响"),
    "dummy": ("Inputs that do nothing reach {threshold}.", "无关虚拟输入可达{threshold}。"),
}, word)  # fmt: skip
"""A word or line of an analysis."""
