"""The words of the report page in English and Chinese."""

from __future__ import annotations

from zhizao.report.interactive import words as interactive
from zhizao.results.wording import Words

__all__ = ["say"]

say = Words({
    "page title": (
        "Will {share} of above-scale SMEs reach digital level 2 by the end of 2025?",
        "到2025年底，{share}的规上中小企业能否达到数字化二级？",
    ),
    "district": ("Yubei district, Chongqing", "重庆市渝北区"),
    "own firms": ("the firms of {file}", "企业名册：{file}"),
    "made from": (
        "Simulation report · {draws} simulated futures for each treatment of the plan · zhizao {version}",
        "模拟分析报告 · 规划目标的每种处理方式各{draws}次模拟 · 智造模型{version}",
    ),
    "contents": ("Contents", "目录"),
    # headline
    "answer": ("The answer, and how sure it is", "结论与把握"),
    "answer line": (
        "Under “{first}” the plan is met {plan} if the model is fitted to the plan being met, and {facts} if it is "
        "fitted to what has been observed and nothing else.",
        "在“{first}”情景下：若以规划目标实现为条件拟合模型，{plan}实现目标；若仅按已观察到的事实拟合，{facts}实现目标。",
    ),
    "answer line one": (
        "Under “{first}” the plan is met {met}.",
        "在“{first}”情景下，{met}实现目标。",
    ),
    "answer line unknown": (
        "This run ends in {until}, before the date of the plan: it does not say whether the plan is met.",
        "本次模拟止于{until}，早于规划目标的时间，不回答目标能否实现。",
    ),
    "in of 100": ("in about {count} of 100 simulated futures", "每100次模拟中约有{count}次"),
    "in none": ("in none of {draws} simulated futures", "{draws}次模拟中没有一次"),
    "in all": ("in all of {draws} simulated futures", "{draws}次模拟全部"),
    "in few": ("in fewer than 1 of 100 simulated futures", "每100次模拟中不到1次"),
    "card plan": (
        "probability of meeting the plan, fitted to the plan being met",
        "实现规划目标的概率（以规划目标实现为条件拟合）",
    ),
    "card facts": (
        "probability of meeting the plan, fitted to the facts alone",
        "实现规划目标的概率（仅按事实拟合）",
    ),
    "card prior": ("probability of meeting the plan, parameters not fitted", "实现规划目标的概率（参数未经拟合）"),
    "card reported": ("of above-scale SMEs report level 2 in {until}", "的规上中小企业{until}自评达到二级"),
    "card true": ("are truly at level 2 then", "届时真实达到二级"),
    "card money": (
        "RMB of public money paid from 2024-01 to {until}",
        "财政资金支出（2024年1月至{until}）",
    ),
    "card unchanged": (
        "of that money changed nothing: promised before 2024, or firms would have done it anyway",
        "的资金没有改变企业行为：2024年前已承诺，或没有政策企业也会做",
    ),
    "known to": ("with {draws} draws, known to within {low} to {high}", "{draws}次抽样，误差范围{low}至{high}"),
    "ninety": ("90 % of draws: {low} to {high}", "90%的抽样：{low}至{high}"),
    "why two": ("Why two probabilities?", "为什么有两个概率？"),
    "why two answer": (
        "The {share} are a plan, not an observation. The first probability assumes that the plan fits how firms "
        "behave, and "
        "asks how likely it is once chance has its say; the second uses only what has been observed by 2023. They are "
        "two readings of the same evidence, and the distance between them is part of the answer. Neither is a "
        "forecast.",
        "{share}是规划目标，不是观察到的事实。第一个概率假定目标符合企业的行为规律，再看在随机因素作用下有多大可能实现；"
        "第二个概率只使用截至2023年已观察到的事实。两者是对同一批证据的两种解读，其差距本身就是结论的一部分。两者都不是预测。",
    ),
    "reports gap": (
        "A public target raises self-assessments: on average {reported} report level 2, and {true} are truly "
        "there. How "
        "much it raises them is an assumption.",
        "公开目标会抬高企业自评：平均{reported}的企业自评达到二级，而真实达到的为{true}。抬高多少属于假设。",
    ),
    "best policy": (
        "Of the {count} other policies compared, “{name}” does most for true levels: {mean} percentage points ({low} "
        "to {high}), for {money}. It does better than “{first}” in {better} of the draws.",
        "在比较的{count}项其他政策中，“{name}”对真实水平的作用最大：{mean}个百分点（{low}至{high}），{money}；"
        "在{better}的抽样中优于“{first}”。",
    ),
    "money more": ("{money} more of public money", "财政资金多支出{money}"),
    "money less": ("{money} less of public money", "财政资金少支出{money}"),
    # scenarios
    "policies": ("What other policies would change", "其他政策会改变什么"),
    "policies note": (
        "Every policy meets the same firms and the same luck, so differences are paired. Means over the draws; "
        "in brackets "
        "the interval that holds 90 % of them. Differences are in percentage points.",
        "各项政策面对同样的企业和同样的随机数，差值为配对比较。表中为抽样均值，括号内为90%抽样区间；差值单位为百分点。",
    ),
    "road title": ("The road to level 2", "通往数字化二级之路"),
    "road note": (
        "Solid lines and bands: what firms report (median, and 90 % of the draws). Dashed: what is true. "
        "Reports jump in "
        "December, when firms assess themselves.",
        "实线和色带：企业自评（中位数和90%抽样区间）；虚线：真实水平。企业每年12月自评，因此自评曲线在12月上跳。",
    ),
    "differences title": ("Difference from “{first}”", "与“{first}”相比的变化"),
    "differences note": (
        "Level 2 in {until}. Points are means, bars hold 90 % of the draws. A bar across the line at 0 means that the "
        "direction is not certain.",
        "{until}的二级企业占比。圆点为均值，横线包含90%的抽样；横线跨过0表示方向不能确定。",
    ),
    "cost_effect note": (
        "Against the same firms and luck without any programme from 2024-01. On the line: no other policy "
        "compared does as "
        "much for less money. Point at a dot for its name.",
        "与同样企业、同样随机数但2024年1月起没有任何政策的情形相比。线上的政策：所比较的政策中没有其他政策能以更少资金取得同样效果。指向圆点可看名称。",
    ),
    "level 2 reported": ("level 2, reported, %", "二级占比（自评，%）"),
    "level 2 true": ("level 2, true, %", "二级占比（真实，%）"),
    "difference reported": ("difference, reported", "自评差值（百分点）"),
    "difference true": ("difference, true", "真实差值（百分点）"),
    "met plan": ("plan met, fitted to the plan, %", "目标实现（以规划为条件，%）"),
    "met facts": ("plan met, facts alone, %", "目标实现（仅按事实，%）"),
    "met prior": ("plan met, not fitted, %", "目标实现（未经拟合，%）"),
    "public money": ("public money, million RMB", "财政资金（百万元）"),
    "cost each": ("public money per SME truly added, million RMB", "每真实新增一家的财政资金（百万元）"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "on the line": ("on the line", "在前沿上"),
    # account, groups
    "account": ("Where the public money goes", "财政资金去了哪里"),
    "account note": (
        "Each yuan paid from 2024-01 on, against the same firms and luck without any programme. Only “additional” and "
        "“pulled forward” changed what firms do; money for services is shown by itself, whatever it moved.",
        "2024年1月起支付的每一元，与同样企业、同样随机数但没有任何政策的情形相比。只有“额外带动”和“提前实施”改变了企业行为；"
        "服务支出无论带动了什么都单列。",
    ),
    "means additional": ("projects that would not be begun without it", "没有政策就不会开工的项目"),
    "means pulled_forward": ("projects that would be begun later without it", "没有政策会更晚开工的项目"),
    "means committed_before": (
        "paid now for what was promised before the policies part; paid under every policy",
        "在政策分化之前已承诺、现在支付，任何情景下都要支付",
    ),
    "means deadweight": ("firms would have done the same without it", "没有政策企业也会这样做"),
    "means captured": ("what providers gain through higher prices", "服务商因涨价获得的部分"),
    "means administration": (
        "specialists, diagnoses, handling and assessment: nothing is handed to firms",
        "服务专员、诊断、受理和评估等支出，不直接发给企业",
    ),
    "subsidy_account title": ("The subsidy account", "补贴账户"),
    "subsidy_account note": (
        "Mean over the draws. Grants are paid one to two years after they are asked for, so part of what was "
        "promised is "
        "not yet paid; the table gives it beside.",
        "抽样均值。补贴在申请后一到两年才支付，部分已承诺的资金尚未支付，表中另列。",
    ),
    "total": ("all, million RMB", "合计（百万元）"),
    "gains": ("Who gains", "谁受益"),
    "gains note": (
        "The share of firms truly at level 2, by kind of firm. Groups with few firms have wide intervals; where a bar "
        "crosses 0, do not read a difference into it.",
        "各类企业真实达到二级的占比。企业数少的分组区间较宽；横线跨过0时，不应解读为存在差异。",
    ),
    "who_gains title": ("For whom a policy changes true levels", "政策改变了哪些企业的真实水平"),
    "who_gains note": (
        "Percentage points against “{first}”, mean and 90 % interval. Choose a policy from the list.",
        "与“{first}”相比的百分点差值，均值和90%区间。可在列表中选择政策。",
    ),
    "share now": ("“{first}”: truly at level 2, %", "“{first}”：真实达到二级（%）"),
    # evidence
    "evidence": ("Does the model agree with the evidence?", "模型与证据是否一致？"),
    "evidence note": (
        "Every figure of the newspaper report of December 2023 that the model can answer for, and facts from "
        "elsewhere, "
        "beside what it gives for the past under current policy. Held-out figures were never fitted. {inside} of "
        "{judged} fall inside the model's 90 % interval.",
        "2023年12月报道中模型能够回答的每一个数据及其他来源的事实，与模型在现行政策下给出的结果对照。留出检验的数据从未用于拟合。"
        "{judged}个数据中有{inside}个落在模型的90%区间之内。",
    ),
    "evidence says": ("the evidence says", "证据"),
    "what it is": ("what it is", "含义"),
    "the model gives": ("the model gives (90 % interval)", "模型结果（90%区间）"),
    "agrees": ("agrees", "是否一致"),
    "inside": ("✓ inside", "✓ 一致"),
    "outside": ("✗ outside", "✗ 不一致"),
    "used as": ("used as", "用途"),
    "all figures": (
        "All other figures of the report ({count}): what they say and how they are used",
        "报道中的其他数据（{count}个）：内容与用途",
    ),
    # caveats
    "caveats": ("What the model cannot say", "模型不能回答什么"),
    "caveat 1": (
        "How much is due to grants and how much to services: a handful of facts cannot tell them apart. The "
        "split is drawn "
        "over ranges; read it as a range.",
        "补贴和服务各起多大作用：现有少量事实无法区分。两者的作用在取值范围内抽取，只能按范围解读。",
    ),
    "caveat 2": (
        "Which parameters are right. Most are not learned from the evidence, so every result is a range over "
        "what agrees "
        "with it, not an estimate.",
        "哪些参数是对的：多数参数无法由证据确定，因此每个结果都是与证据相符的取值范围，而不是点估计。",
    ),
    "caveat 3": (
        "How much a public target inflates self-assessments: assumed, from nothing to about half a level.",
        "公开目标使自评虚高多少：属于假设，从没有到约半级。",
    ),
    "caveat 4": (
        "Whether the yearly money is 0.2 or 2 billion RMB: the report prints over 200 million, the brief of "
        "this project "
        "says 2 billion. This page uses {sum} a year.",
        "每年资金是2亿元还是20亿元：报道为超2亿元，本项目任务书为20亿元。本报告采用每年{sum}。",
    ),
    "caveat firms": (
        "Anything about named firms: the district's list of firms, its rates of grant and its levels in 2018 are not "
        "published. The firms here are synthetic and match published totals.",
        "任何具体企业的情况：本区企业名单、补贴比例和2018年的等级均未公布。这里的企业为合成数据，与公开总量相符。",
    ),
    "caveat register": (
        "How each firm of the register will act: the firms are those of {file}, but what they decide is drawn.",
        "名册中某一家企业会如何行动：企业取自{file}，但其决策由模型抽取。",
    ),
    "caveat 5": (
        "What happens after {until}. Money that seems to add projects may only have brought them forward, and grants "
        "promised late are paid later.",
        "{until}之后会怎样：看似额外带动的项目可能只是提前实施，较晚承诺的补贴也会更晚支付。",
    ),
    "caveat missed": (
        "These figures were held out, and the model misses them: {figures}.",
        "以下留出检验的数据，模型未能吻合：{figures}。",
    ),
    "caveat draws": (
        "Much at all from so few draws: {draws}. Take this page as a trial, and use 200 or more.",
        "抽样仅{draws}次，结论有限：本页只作试算，正式使用请抽样200次以上。",
    ),
    # reproduction
    "reproduce": ("How to reproduce this report", "如何重现本报告"),
    "same report": ("The same report again:", "重新生成本报告："),
    "same numbers": ("The same numbers again, each held against the stored one:", "重新计算并逐一核对存储的数值："),
    "what made it": ("What made it", "生成依据"),
    "list mark": ("; ", "；"),
    "program": ("program", "程序"),
    "seed": ("seed of all luck", "随机数种子"),
    "draws": ("draws, for each treatment of the plan", "抽样次数（规划目标的每种处理方式）"),
    "calibration plan": (
        "fitted to the report's figures and to the plan being met; the facts alone beside it",
        "按报道数据拟合并以规划目标实现为条件；并列给出仅按事实拟合的结果",
    ),
    "calibration facts": (
        "fitted to the report's figures alone; the plan being met beside it",
        "仅按报道事实拟合；并列给出以规划目标实现为条件的结果",
    ),
    "calibration prior": ("not fitted: drawn from their sourced ranges", "未经拟合：取自有来源的取值范围"),
    "funding": ("public money a year", "每年财政资金"),
    "until": ("last month", "截止月份"),
    "input": ("file read", "读取的文件"),
    "fingerprint": ("SHA-256", "SHA-256"),
    "files beside": (
        "Beside this page: workbook.xlsx (one sheet a question), charts/ (for slides and print), results/ "
        "(every table, "
        "and run.json, the record).",
        "本页同目录下：workbook.xlsx（每个问题一张表）、charts/（用于演示和印刷的图）、results/（全部数据表和记录文件run.json）。",
    ),
    "table behind": ("The numbers in this chart", "图中数值"),
    "wide table": ("table, scrolls sideways", "表格，可左右滚动"),
    "no scripts": (
        "Charts need JavaScript, which is off here; the tables hold all numbers.",
        "图表需要JavaScript，当前未启用；全部数值见表格。",
    ),
    "chart failed": (
        "This chart could not be drawn; the table below has its numbers.",
        "图表未能绘制，数值见下方表格。",
    ),
}, interactive.say)  # fmt: skip
"""A word or sentence of the page or of its charts."""
