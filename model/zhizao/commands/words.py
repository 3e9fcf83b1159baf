"""The words of the command line in English and Chinese."""

from __future__ import annotations

from zhizao.report.words import COMMON_WORDS, yearly_money
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import Variable
from zhizao.results.wording import Language, Words, label
from zhizao.scenario import Scenario

__all__ = ["funding_line", "short_label", "word"]

word = Words({
    "calibration plan": (
        "Fitted to the report's figures and to the plan being met under current policy (--calibration facts: without "
        "the plan).",
        "按报道数据拟合，并以现行政策下实现规划目标为条件（--calibration facts 不含规划）。",
    ),
    "calibration facts": (
        "Fitted to the report's figures; the plan is not used (--calibration plan: as if it is met).",
        "仅按报道数据拟合，不以规划目标为条件（--calibration plan 以其实现为条件）。",
    ),
    "calibration prior": (
        "Uncalibrated: parameters come from their sourced ranges, none is fitted.",
        "未经校准：参数取自有来源的取值范围，未作拟合。",
    ),
    "funding report": (
        "Public money: {sum} million RMB a year (0.2 bn, the report's figure; the brief says 2 bn: "
        "--funding brief).",
        "财政资金：每年{sum}百万元（按报道口径2亿元；任务书口径为20亿元，见 --funding brief）。",
    ),
    "funding brief": (
        "Public money: {sum} million RMB a year (2 bn, the brief's figure; the report says 0.2 bn: "
        "--funding report).",
        "财政资金：每年{sum}百万元（按任务书口径20亿元；报道口径为2亿元，见 --funding report）。",
    ),
    "funding own": (
        "Public money: {sum} million RMB a year, as set (the report says 0.2 bn, the brief 2 bn).",
        "财政资金：每年{sum}百万元，为自行设定（报道口径2亿元，任务书口径20亿元）。",
    ),
    "ensembles": (
        "What was fitted and what was held out, in each fitted ensemble (treatment of the plan · reading of the "
        "money): median, below it the 90 % interval; ✗ where the evidence lies outside.",
        "各拟合集合（规划处理方式 · 资金口径）下的拟合目标与留出检验：中位数，下行为90%区间；✗表示证据落在区间之外。",
    ),
    "how many": (
        "{draws} draws, seed {seed}, to {until}; {seconds} s.",
        "{draws}次抽样，种子{seed}，至{until}；用时{seconds}秒。",
    ),
    "one run": ("One run with seed {seed}, to {until}.", "单次运行，种子{seed}，至{until}。"),
    "target": (
        "The plan: {share} of above-scale SMEs at level 2 by {by}.",
        "规划目标：到{by}，{share}的规模以上中小企业达到数字化二级。",
    ),
    "additional": (
        "Additional: against the same firms and luck without any programme from 2024-01. "
        "A ratio's mean is the ratio of the means.",
        "“额外”：与同样企业、同样随机数但2024年1月起没有任何政策的情形相比。比率的均值为均值之比。",
    ),
    "intervals": (
        "Above-scale SMEs at level 2 at the end; public money and projects from 2024-01, million RMB. Means over the "
        "draws, below them the interval that holds 90 % of them.",
        "期末达到二级的规模以上中小企业占比；2024年1月起的财政支出（百万元）和项目数。均值，下行为90%抽样区间。",
    ),
    "differences": (
        "Paired differences from {first} (shares in percentage points), below them the 90 % interval and how "
        "often the scenario is better. Undecided: so many draws would settle the sign of the mean.",
        "与{first}的配对差值（占比以百分点计），下行为90%抽样区间和更优的频率；“未定”：确定均值符号所需的抽样次数。",
    ),
    "who moved": (
        "Who moved: firms truly at level 2 at the end (sectors, starting levels and parks: SMEs), below it the paired "
        "difference from {first} in points, and its 90 % interval. Starting levels are those first reported.",
        "变化分布：期末真实达到二级的企业占比（行业、起始等级和园区为中小企业），下行为与{first}的配对差值（百分点）及90%区间；"
        "起始等级为首次自评等级。",
    ),
    "ranks": (
        "How scenarios rank, 1 of {count} is best: mean rank over the draws, its 90 % interval, and how often it is "
        "best of all.",
        "情景排序（共{count}个，1为最优）：平均名次、90%区间及最优频率。",
    ),
    "best of all": ("best in {share}", "最优{share}"),
    "both treatments": ("plan met: fitted to the plan · to facts alone", "目标达成：以规划为条件 · 仅按事实"),
    "account": (
        "The subsidy account: of each yuan of public money paid from 2024-01, what it changed against the same firms "
        "and luck without any programme, % of it. Deadweight: the twin does it as well; promised before is the part "
        "of it that was promised before 2024. On its way: promised and not yet paid, million RMB, on top.",
        "补贴账户：2024年1月起支付的每一元财政资金，与同样企业、同样随机数但没有任何政策的情形相比改变了什么（占比%）。"
        "无谓损失：没有政策也会发生；其中“此前承诺”为2024年前已承诺的部分。“在途”：已承诺未支付（百万元），另计。",
    ),
    "sweep status": (
        "{done} of {runs} runs are stored, {failed} of them failed; {size} MB, {each} kB a run, in {folder}.",
        "已存{done}次运行（共{runs}次），其中{failed}次失败；{size} MB，平均每次{each} kB，位于{folder}。",
    ),
    "sweep complete": ("It is complete.", "全部完成。"),
    "sweep goes on": (
        "It is not complete; the command that began it goes on from here.", "尚未完成；重复原命令即可从断点继续。",
    ),
    "sweep stopped": (
        "stopped; what is done is stored in {folder}, and the same command goes on from there",
        "已停止；已完成部分存于{folder}，重复同一命令即可继续",
    ),
    "runs": ("runs", "运行次数"),
    "error": ("error", "错误"),
    "reach target": (
        "Wanted: {share} of above-scale SMEs at level 2 ({levels}) by {by}, with probability {probability}.",
        "目标：到{by}，{share}的规模以上中小企业达到数字化二级（{levels}），概率不低于{probability}。",
    ),
    "reach found": (
        "{tried} mixes tried on {draws} draws, from 2024-01. Money is what is promised until then, paid or not, mean "
        "over the draws, million RMB.",
        "共试{tried}种组合，每种{draws}次抽样，自2024年1月起。资金为届时已承诺的财政资金均值（百万元），不论是否支付。",
    ),
    "reachable": (
        "Reachable: the cheapest mix found costs {cost} million RMB, {more} more than {base}. On {draws} draws that "
        "the search has not seen it meets the target in {confirmed} (90 % interval: {low} to {high}).",
        "可以实现：找到的最省组合需{cost}百万元，比{base}多{more}百万元。在搜索未用过的{draws}次抽样中，达成比例为{confirmed}（90%区间：{low}至{high}）。",
    ),
    "not reachable": (
        "Not reachable with these dials: the nearest mix found meets the target in {found} of draws.",
        "在这些杠杆范围内无法实现：最接近的组合的达成比例为{found}。",
    ),
    "binding": (
        "What binds, from the nearest mix: a constraint, or two, lifted from 2024-01 on, the others as they are.",
        "约束所在：从最接近的组合出发，自2024年1月起放开一项或两项约束，其余不变。",
    ),
    "frontier": ("The cheapest mix found, by probability of meeting the target:", "按达成概率列出的最省组合："),
    "dial": ("dial", "杠杆"),
    "best": ("cheapest", "最省"),
    "nearest": ("nearest", "最接近"),
    "other": ("other mix {number}", "其他组合{number}"),
    "probability": ("probability of meeting it", "达成概率"),
    "share reached": ("share reached with that probability", "以该概率达到的占比"),
    "promised": ("public money promised", "已承诺财政资金"),
    "at least": ("at least", "不低于"),
    "lifted money": ("money without limit", "资金不限额"),
    "lifted attention": ("every firm attentive", "企业经常关注"),
    "lifted awareness": ("every firm aware of support", "企业都知道政策"),
    "lifted providers": ("providers without queues", "服务商无需排队"),
    "lifted finance": ("credit for any project", "任何项目都能贷款"),
    "lifted appetite": ("appetite: projects worth many times more", "意愿：项目收益提高数倍"),
    "lifted assessment": ("assessment: generous reports", "评估：自评从宽"),
    "same again": (
        "The same numbers again: all {values} are equal to the bit.",
        "结果完全一致：全部{values}个数值逐位相同。",
    ),
    "not the same": (
        "Not the same: {differing} of {values} numbers differ, by {furthest} relative at most (made by version "
        "{before}, this is {now}).",
        "结果不一致：{values}个数值中有{differing}个不同，最大相对差为{furthest}（原版本{before}，当前版本{now}）。",
    ),
    "spending": ("public money", "财政支出"),
    "part committed_before": ("of it promised before", "其中此前承诺"),
    "outstanding": ("on its way", "在途"),
    "undecided": ("undecided: {draws} draws", "未定：需{draws}次抽样"),
    "better": ("better {share}", "更优{share}"),
    "scenario": ("scenario", "情景"),
    "years": (
        "By year: above-scale SMEs at level 2, public and firms' money in million RMB, workshops and plants on the "
        "lists at its end.",
        "分年：达到二级的规模以上中小企业占比，财政和企业资金（百万元），年末已认定的车间和工厂数。",
    ),
    "year": ("year to", "年度至"),
    "outcome": ("outcome", "结果"),
    "value": ("value", "数值"),
    "unit": ("unit", "单位"),
    "name": ("name", "名称"),
    "title": ("title", "标题"),
    "question": ("question", "问题"),
    "theme yardstick": ("To measure from", "基准与参照"),
    "theme money": ("More or less money, and when", "资金多少与时间"),
    "theme design": ("For whom, in what form", "补给谁、怎样补"),
    "theme services": ("Services and surroundings", "服务与环境"),
    "theme mix": ("The same money, mixed anew", "总额不变、结构调整"),
    "theme shock": ("What else could happen", "其他可能情形"),
    "theme others": ("Others", "其他"),
    "more of scenarios": (
        "Question and numbers: zhizao scenarios show NAME. "
        "Several at once: zhizao compare chain-leaders+light-vouchers",
        "问题与数值：zhizao scenarios show 名称。多个情景叠加：zhizao compare chain-leaders+light-vouchers",
    ),
    "key": ("key", "键"),
    "file": ("set by", "来自文件"),
    "bounds": ("bounds", "范围"),
    "role": ("role", "类别"),
    "prior": ("drawn from", "抽样区间"),
    "interval": ("{low} to {high}", "{low}至{high}"),
    "lever": ("lever", "杠杆"),
    "uncertainty": ("uncertainty", "不确定"),
    "constant": ("constant", "常数"),
    "source": ("source", "来源"),
    "meaning": ("meaning", "含义"),
    "default": ("default", "默认值"),
    "app at": ("The dashboard is at {address} (Ctrl-C ends it).", "仪表板地址：{address}（按 Ctrl-C 结束）。"),
    "app open": (
        "Listening on {host}: everyone who can reach this address can use the dashboard; there is no password.",
        "正在监听{host}：凡能访问该地址的人都可使用本仪表板，且没有密码保护。",
    ),
    "written": ("written: {folder}", "已写入：{folder}"),
    "path": ("{name}: {path}  from {first} to {last}", "{name}：{path}  从{first}到{last}"),
    "at default": (
        "{count} levers at their default (off) are not listed; --format json lists all.",
        "另有{count}个处于默认值（关闭）的杠杆未列出；--format json 列出全部。",
    ),
}, COMMON_WORDS)  # fmt: skip
"""A word or line of the command line."""

_short = Words({
    "level2_share": ("level 2, reported", "二级占比（自评）"),
    "level2_share_true": ("level 2, true", "二级占比（真实）"),
    "level2_share_end": ("level 2, reported", "二级占比（自评）"),
    "level2_share_true_end": ("level 2, true", "二级占比（真实）"),
    "target_met": ("plan met", "目标达成"),
    "public_spend": ("public money", "财政支出"),
    "public_spend_total": ("public money", "财政支出"),
    "service_cost": ("of it services", "其中服务"),
    "service_cost_total": ("of it services", "其中服务"),
    "private_investment": ("firms' own money", "企业自投"),
    "projects_started": ("projects", "开工项目"),
    "projects_started_total": ("projects", "开工项目"),
    "workshops": ("work-shops", "数字化车间"),
    "factories": ("smart plants", "智能工厂"),
    "robot_share": ("with robots", "使用机器人"),
    "cost_per_additional_level2_firm": ("cost per SME truly added", "每真实新增一家成本"),
})  # fmt: skip
"""Headers of columns where there is little room."""


def short_label(item: Variable | Outcome, language: Language) -> str:
    """Return the header of a column for a variable or an outcome."""
    return _short(item.name, language) if item.name in _short.pairs else label(item, language).lower()


def funding_line(funding: str, scenario: Scenario, language: Language) -> str:
    """Say how much public money a year there is, and which reading that is."""
    reading, total = yearly_money(funding, scenario)
    return word(f"funding {reading}", language, sum=f"{total:,.0f}")
