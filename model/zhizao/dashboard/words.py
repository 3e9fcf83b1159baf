"""The words of the page in English and Chinese."""

from __future__ import annotations

from zhizao.report.interactive import words as interactive
from zhizao.results.wording import Words

__all__ = ["page_word"]

page_word = Words({
    # the sidebar
    "language": ("Language", "语言"),
    "policy": ("Policy", "政策情景"),
    "policy help": (
        "One scenario, or several stacked: each then changes what it changes. Two that decide the same lever "
        "differently cannot be stacked.",
        "可选一个情景，也可叠加多个情景。若两个情景对同一杠杆设定不同，则不能叠加。",
    ),
    "no policy": ("Pick at least one scenario.", "请至少选择一个情景。"),
    "first": ("Compared with", "对照情景"),
    "first help": (
        "Differences are paired: the same firms and the same luck under both policies.",
        "差值为配对差值：两种政策下的企业与随机数完全相同。",
    ),
    "levers": ("Levers, from 2024-01", "政策杠杆（2024年1月起）"),
    "levers help": (
        "Each starts where the policy above has it in 2024-01. A lever that is moved holds from 2024-01 to the end.",
        "初始值为所选政策2024年1月的取值；调整后的取值自2024年1月起一直有效。",
    ),
    "other levers": ("All other levers", "其他政策杠杆"),
    "group": ("Instrument", "政策工具"),
    "moved": ("{count} moved", "已调整{count}项"),
    "reset": ("Put all levers back", "恢复全部杠杆"),
    "settings": ("Calibration, money, draws", "校准、资金口径与抽样"),
    "calibration": ("Parameters fitted to", "参数拟合依据"),
    "plan": ("the report and the plan", "报道数据和规划目标"),
    "facts": ("the report alone", "仅报道数据"),
    "calibration help": (
        "The plan (90 % by the end of 2025) is no observation. Fitted to it, parameters agree with the report and with "
        "the plan being met under current policy. The chance of meeting it is shown for both.",
        "90%是规划目标而非观测值。“报道数据和规划目标”：参数既符合报道，也以现行政策下实现目标为条件。达成概率两种口径均列出。",
    ),
    "funding": ("Public money a year", "每年财政资金"),
    "report": ("0.2 bn RMB (the report)", "2亿元（报道口径）"),
    "brief": ("2 bn RMB (the brief)", "20亿元（任务书口径）"),
    "draws": ("Draws", "抽样次数"),
    "draws help": (
        "Each draw has its own parameters and luck. 60 answer within about a second; 200 give steadier numbers.",
        "每次抽样的参数和随机数各不相同。60次约1秒内出结果，200次结果更稳定。",
    ),
    "seed": ("Seed", "随机种子"),
    "until": ("Until the end of", "模拟至年末"),
    "firms": ("Your own firms", "导入本地企业名录"),
    "firms help": (
        "A register of firms, one row each: CSV, Excel or Parquet, at most {size} MB. Needed: id, sector, employees, "
        "revenue. It stays on this computer.",
        "企业名录，每行一家：CSV、Excel或Parquet，不超过{size} MB。"
        "必填：企业编号、行业、从业人数、营业收入。文件不会离开本机。",
    ),
    "empty register": ("An empty register to fill in", "下载空白名录模板"),
    "firms read": ("{name}: {count} firms are used.", "{name}：已采用{count}家企业。"),
    "firms imputed": ("Filled in by the model: {columns}.", "由模型补全：{columns}。"),
    "firms wrong": (
        "{name} cannot be used: {count} to mend. The numbers on this page are still of the district's synthetic firms.",
        "{name}无法使用：有{count}处需要更正。本页结果仍按合成企业计算。",
    ),
    "row": ("Row", "行"),
    "column": ("Column", "列"),
    "problem": ("What to mend", "需更正的问题"),
    "whole file": ("whole file", "整个文件"),
    # the head
    "title": ("zhizao 智造", "智造 zhizao"),
    "subtitle": (
        "Which policy brings 90 % of Yubei's above-scale SMEs to digital level 2 by the end of 2025, and at what cost?",
        "怎样的政策组合能让渝北区九成规上中小企业在2025年底前达到数字化二级，财政成本多少？",
    ),
    "working": ("Running {draws} draws …", "正在进行{draws}次抽样……"),
    "wrong": ("This cannot be run:", "无法运行："),
    "how long": (
        "{draws} draws of each treatment of the plan, seed {seed}, in {seconds} s. Intervals hold 90 % of the draws.",
        "两种口径各{draws}次抽样，种子{seed}，用时{seconds}秒。区间为90%抽样区间。",
    ),
    "slow": ("Fewer draws answer sooner.", "减少抽样次数可更快得到结果。"),
    "same": (
        "The policy is the one it is compared with: move a lever or pick another scenario to see a difference.",
        "当前政策与对照情景相同：请调整杠杆或另选情景以查看差异。",
    ),
    "points": ("points", "个百分点"),
    "reported": ("Level 2, reported", "二级占比（自评）"),
    "true": ("Level 2, true", "二级占比（真实）"),
    "met plan": ("Plan met, if fitted to it", "目标达成概率（以规划为条件）"),
    "met facts": ("Plan met, on facts alone", "目标达成概率（仅按事实）"),
    "met help": (
        "Share of the draws in which at least 90 % report level 2 by 2025-12. With {draws} draws its 90 % interval is "
        "{low} to {high}.",
        "到2025年12月自评达到二级的占比不低于90%的抽样比例。在{draws}次抽样下，其90%区间为{low}至{high}。",
    ),
    "share help": (
        "90 % of the draws: {value} %; the paired difference: {change} points.",
        "90%抽样区间：{value}%；配对差值：{change}个百分点。",
    ),
    "money": ("Public money from 2024, million RMB", "2024年起财政支出（百万元）"),
    "deadweight": ("Of it changed nothing", "其中无谓损失"),
    "deadweight help": (
        "Money for what firms do without it too, or that was promised before 2024.",
        "没有政策企业也会做的项目所得资金，以及2024年前已承诺的资金。",
    ),
    # the tabs
    "tab road": ("Road to the plan", "目标进程"),
    "tab differences": ("Differences", "差异"),
    "tab money": ("Public money", "财政资金"),
    "tab moved": ("Who moved", "谁在变化"),
    "tab run": ("One run", "单次运行"),
    "tab away": ("Take away", "下载与复现"),
    "road of plan": ("Fitted to the report and the plan", "按报道数据和规划目标拟合"),
    "road of facts": ("Fitted to the report alone", "仅按报道数据拟合"),
    "group axis": ("% of firms", "占企业比例（%）"),
    "levels": ("Level 2 or more", "二级及以上"),
    "road note": (
        "Line: median, dashed for the scenario compared with; band: 90 % of the draws. Dotted: 2024-01, where policies "
        "part.",
        "曲线为中位数（对照情景为虚线），色带为90%抽样区间；点线为2024年1月，此后政策不同。",
    ),
    "axis points": ("percentage points", "百分点"),
    "difference over time": (
        "Difference from {first}, month by month, in percentage points",
        "与{first}的逐月差值（百分点）",
    ),
    "difference note": (
        "Paired: the same firms and the same luck. Line: median; band: 90 % of the draws. Where the band holds 0, the "
        "draws do not agree on the sign. Differences of shares are in percentage points.",
        "配对差值：企业与随机数相同。实线为中位数，色带为90%抽样区间；若色带包含0，则抽样对正负尚无定论。占比的差值以百分点计。",
    ),
    "outcome": ("Outcome at the end", "期末结果"),
    "unit": ("Unit", "单位"),
    "difference": ("Difference", "差值"),
    "interval": ("90 % of the draws", "90%抽样区间"),
    "better": ("Better in", "更优频率"),
    "account": ("Where the public money went, million RMB a draw", "财政资金去向（百万元，抽样均值）"),
    "account note": (
        "Each yuan paid from 2024-01, against the same firms and luck without any programme. Deadweight: the firm does "
        "it anyway. Promised before: decided before 2024 and paid since.",
        "2024年1月起支付的每一元，与同样企业、同样随机数但没有任何政策的情形相比。无谓损失：没有政策也会发生；此前承诺：2024年前已决定、此后支付。",
    ),
    "part": ("Part", "构成"),
    "by": ("By", "分组"),
    "groups": ("Truly at level 2 at the end, % of firms", "期末真实二级占比（%）"),
    "groups difference": ("Difference from {first}, percentage points", "与{first}的差值（百分点）"),
    "groups note": (
        "Mean of the draws, with the interval that holds 90 % of them. Sectors, levels and parks: SMEs.",
        "点为抽样均值，线为90%抽样区间。行业、等级和园区为中小企业。",
    ),
    "run branch": (" Dotted: 2024-01, where policies part.", "点线为2024年1月，此后政策不同。"),
    "run note": (
        "One history and one future with the most central parameters, as `zhizao run` gives it: an example, no "
        "forecast.",
        "采用最居中参数的一次历史与未来，与 `zhizao run` 结果一致：仅为示例，并非预测。",
    ),
    "series": ("Series", "指标"),
    "value": ("Value", "数值"),
    "download months": ("Every month, CSV", "逐月数据（CSV）"),
    "away note": (
        "The scenario file holds the policy on this page. Save it as my-policy.toml; these commands then give the same "
        "numbers:",
        "情景文件包含本页的政策设定。保存为 my-policy.toml 后，以下命令可得到相同结果：",
    ),
    "away firms": (
        "Put your register, {name}, beside it.",
        "请将企业名录 {name} 放在同一文件夹。",
    ),
    "download scenario": ("Scenario file (TOML)", "情景文件（TOML）"),
    "download report": ("Report (HTML)", "报告（HTML）"),
    "download workbook": ("Workbook (Excel)", "工作簿（Excel）"),
    "download numbers": ("All numbers (JSON)", "全部数据（JSON）"),
    "scenario file": ("The scenario file", "情景文件内容"),
}, interactive.say)  # fmt: skip
"""A word or line of the page or of its charts."""
