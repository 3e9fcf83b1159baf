"""The words of the charts in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from zhizao.report.words import COMMON_WORDS, month_in_words, scenario_title, yearly_money
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import Variable
from zhizao.results.wording import Language, Words, group_name, label
from zhizao.scenario import Scenario
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.options import Options
from zhizao.version import version

__all__ = ["Say"]

_WORDS = Words({
    # what all charts share
    "scenarios part": ("scenarios part", "情景分化"),
    "% of SMEs": ("% of above-scale SMEs", "占规模以上中小企业的比重（%）"),
    "plan line": ("plan: {share} % by {by}", "规划目标：{by}达到{share}%"),
    "calibration plan": ("fitted to the report and to the plan being met", "按报道数据拟合并以规划目标实现为条件"),
    "calibration facts": ("fitted to the report's facts only", "仅按报道事实拟合"),
    "calibration prior": ("not fitted: numbers from their sourced ranges", "未经拟合，参数取自有来源的范围"),
    "treatment plan": ("Fitted to the plan being met", "以规划目标实现为条件"),
    "treatment facts": ("Fitted to facts alone", "仅按报道事实拟合"),
    "treatment prior": ("Not fitted", "未经拟合"),
    "source draws": (
        "Source: zhizao {version}, {draws} draws, seed {seed}, {calibration}; {money}.",
        "来源：智造模型{version}，{draws}次抽样，种子{seed}，{calibration}；{money}。",
    ),
    "funding report": (
        "public money {sum} million RMB a year, the report's figure",
        "财政资金每年{sum}百万元（报道口径）",
    ),
    "funding brief": (
        "public money {sum} million RMB a year, the brief's figure",
        "财政资金每年{sum}百万元（任务书口径）",
    ),
    "funding own": ("public money {sum} million RMB a year, as set", "财政资金每年{sum}百万元（自行设定）"),
    # the road to the target
    "target title": (
        "The road to level 2: {scenario}",
        "通往数字化二级之路：{scenario}",
    ),
    "target note": (
        "Share of above-scale SMEs at level 2 or more. Lines are medians over the draws, bands hold 90 % of them; "
        "what is reported is more than what is true, since a public target raises self-assessments.",
        "规模以上中小企业达到数字化二级及以上的占比。实线为抽样中位数，色带包含90%的抽样；公开目标会抬高自评，"
        "因此自评高于真实水平。",
    ),
    "met in": ("{treatment}: met in {share} of draws", "{treatment}：{share}的抽样达成"),
    # paired differences
    "differences title": ("What each policy would change against: {first}", "各项政策相对于“{first}”的变化"),
    "differences note": (
        "Above-scale SMEs at level 2 in {month}, difference in percentage points, same firms and same luck. Bars hold "
        "90 % of the draws; a hollow point has 0 among them.",
        ""
        "{month}达到二级的规模以上中小企业占比之差（百分点），同样企业、同样随机数。横线包含90%的抽样，空心点表示区间含0。",
    ),
    "nothing to compare": ("one scenario alone: nothing to compare", "只有一个情景，无可比较"),
    "overview title": (
        "Above-scale SMEs at digital level 2 or more, and what other policies would change",
        "规模以上中小企业达到数字化二级及以上的占比，以及其他政策的变化",
    ),
    "overview note": (
        "Lines and points are medians and means over the draws, bands and bars hold 90 % of them; a hollow point has 0 "
        "among them. Differences are paired: same firms and same luck.",
        "实线为中位数，圆点为均值，色带和横线包含90%的抽样；空心点表示区间含0。差值为同样企业、同样随机数的配对比较。",
    ),
    "change": ("difference in {month}", "{month}的变化"),
    # the subsidy account
    "account title": ("Where the public money goes, and what it changes", "财政资金去了哪里，改变了什么"),
    "account note": (
        "Paid from 2024-01 to {month}, mean over the draws, against the same firms and luck without any programme. "
        "Deadweight changes nothing: the firm does the same without it.",
        ""
        "2024年1月至{month}支付的资金（抽样均值），与同样企业、同样随机数但没有任何政策的情形相比。无谓损失：没有政策企业也会这样做。",
    ),
    "part committed_before": ("deadweight, promised before 2024", "无谓损失（2024年前已承诺）"),
    # cost against effect
    "cost note": (
        "Against the same firms and luck without any programme from 2024-01, to {month}: means over the draws, bars "
        "hold 90 % of them. Of what lies on the line, nothing else does as much for less.",
        "与同样企业、同样随机数但2024年1月起没有任何政策的情形相比，截至{month}：抽样均值，误差线包含90%的抽样。"
        "折线上的政策没有其他政策能以更少资金取得更大效果。",
    ),
    "cost y": ("additional SMEs truly at level 2, firms", "额外达到二级的中小企业（真实，家）"),
    # who moved
    "groups title": ("Who is at level 2, and who moves. {first}", "谁达到二级，谁有变化：{first}"),
    "groups note": (
        "Left: share of firms at level 2 or more in {month}. Right: paired difference in what is true. Points are "
        "means, bars hold 90 % of the draws. Sectors, starting levels (first report) and parks are of SMEs.",
        "左：{month}达到二级及以上的企业占比；右：真实占比的配对差值。圆点为均值，横线包含90%的抽样。"
        "行业、起始等级（首次自评）和园区为中小企业。",
    ),
    "kind size": ("size class", "规模"),
    "kind sector": ("sector", "行业"),
    "kind start_level": ("level at the start", "起始等级"),
    "kind park": ("parks", "园区"),
    "% of firms": ("% of firms", "占企业数的比重（%）"),
    "true change": ("difference in the true share, percentage points", "真实占比之差（百分点）"),
    # one run
    "run title": ("One run, month by month: {scenario}", "单次运行逐月走势：{scenario}"),
    "run note": (
        "Stocks at the end of months, flows by quarter. Dashed: the plan for the end of 2025. Dotted: the month from "
        "which the scenario's own policy holds. Levels are of above-scale SMEs, the rest of all above-scale firms.",
        "存量为月末值，流量按季度。虚线：2025年末规划目标；点线：该情景政策开始的月份。"
        "等级为规模以上中小企业，其余为全部规模以上企业。",
    ),
    "source run": (
        "Source: zhizao {version}, one run with seed {seed}, {calibration}; {money}.",
        "来源：智造模型{version}，单次运行，种子{seed}，{calibration}；{money}。",
    ),
    "unit share of firms": ("% of firms", "占比（%）"),
    "unit projects": ("projects", "个"),
    "unit workshops": ("workshops, factories", "个"),
    "unit months": ("months", "月"),
    "unit firms": ("firms", "家"),
    # calibration
    "prior": ("prior", "先验"),
    "learned title": ("What the evidence teaches", "证据告诉了我们什么"),
    "learned note": (
        "Densities of the fitted parameters, and of those that differ most between the two treatments of the plan. "
        "Where a curve follows the dashed line, nothing was learned.",
        "拟合参数及两种处理方式差异最大的参数的密度。曲线与虚线重合处表示未从证据中获得信息。",
    ),
    "ridge title": ("Grants or services: the evidence cannot tell them apart", "补贴还是服务：证据无法区分"),
    "ridge note": (
        "One point for each member of the ensemble, all in agreement with the evidence. Effects are what is lost "
        "without grants, or without services: points of SMEs truly at level 2 at the end of 2025.",
        "每个点为集合中的一个成员，均与证据相符。"
        "效应为取消补贴或取消服务后损失的百分点（2025年末真实达到二级的中小企业占比）。",
    ),
    "grants' effect": ("effect of grants, percentage points", "补贴的效应（百分点）"),
    "services' effect": ("effect of services, percentage points", "服务的效应（百分点）"),
    "programme_effect": ("effect of the programme", "全部政策的效应"),
    "subsidy_effect": ("effect of grants", "补贴的效应"),
    "service_effect": ("effect of services", "服务的效应"),
    "met": ("plan met: {share}", "目标达成：{share}"),
    "not met": ("plan not met: {share}", "目标未达成：{share}"),
    "ranks title": ("Are known truths recovered? Ranks of {truths} of them", "已知真值能否还原：{truths}个真值的秩"),
    "ranks note": (
        "Synthetic districts with known parameters, fitted as the real one is. Even ranks stay in the band with "
        "probability 99 %.",
        "对参数已知的合成区按同样方法拟合。秩均匀时以99%的概率落在色带内。",
    ),
    "rank": ("rank of the truth within its posterior", "真值在后验中的秩"),
    "rank gap": ("share below, less the rank", "累计占比减去秩"),
    "source fit": ("Source: zhizao {version}, bank of prior runs.", "来源：智造模型{version}，先验运行库。"),
    "source ensembles": (
        "Source: zhizao {version}, fitted ensembles, {members} members; {money}.",
        "来源：智造模型{version}，拟合集合，{members}个成员；{money}。",
    ),
    # the evidence board
    "evidence title": ("The evidence, and what the model gives for it", "证据与模型结果对照"),
    "evidence note": (
        "Grey: what the figure's wording allows. Line and point: the model's 90 % interval and median, each row "
        "in its own "
        "unit; a cross where the two do not meet.",
        "灰色：该数据的表述所允许的范围；线和点：模型的90%区间和中位数，每行单位各异；叉号表示两者不重合。",
    ),
    "says": ("evidence says", "证据"),
    "strip": ("evidence and model", "证据与模型"),
    "gives": ("model: median (90 %)", "模型：中位数（90%区间）"),
    "use target": ("The model is fitted to these", "拟合目标"),
    "use holdout": ("Held out: never fitted, compared afterwards", "留出检验：未用于拟合，事后对照"),
    "use initial": ("The state from which the model starts", "初始状态"),
    "use input": ("Policy in force", "政策输入"),
    "outside": ("Outside the report: {meaning}", "报道之外：{meaning}"),
    "context title": ("Read and not used: {count} more figures of the report", "仅作背景：报道中的另外{count}个数据"),
    "context note": (
        "Nothing in the model depends on these; they are listed so that none is overlooked.",
        "模型不使用这些数据；列出以免遗漏。",
    ),
    "source evidence": (
        "Source: zhizao {version}, `zhizao evidence`; newspaper report of December 2023 on Yubei district and the "
        "outside "
        "sources listed in calibration/evidence.",
        "来源：智造模型{version}，zhizao evidence；"
        "2023年12月关于渝北区制造业的报道，以及 calibration/evidence 所列的其他来源。",
    ),
    # the supply network
    "network title": (
        "How level 2 spreads over the supply network: {scenario}",
        "数字化二级如何沿供应网络扩散：{scenario}",
    ),
    "network note": (
        "One run. Each round cloud is a park, each sign a firm, larger for medium and large ones; lines are "
        "trade. Levels "
        "are true ones; new is what came since the picture before.",
        "单次运行。每个圆簇为一个园区，每个符号为一家企业，中型、大型企业较大；线为供应关系。等级为真实等级，"
        "“新达到”指自上一图以来。",
    ),
    "network month": ("{month}: {share} of SMEs", "{month}：中小企业{share}"),
    "below level 2": ("below level 2", "未达二级"),
    "at level 2": ("at level 2 or more", "二级及以上"),
    "newly at level 2": ("newly at level 2 or more", "新达到二级"),
    "chain leader": ("chain leader", "链主企业"),
    # sensitivity
    "sobol title": ("Which inputs matter: {outcome}", "哪些参数重要：{outcome}"),
    "sobol note": (
        "Share of the variance of the outcome that is due to each input: alone (first order), and with all its "
        "interactions (total). Lines are 90 % intervals.",
        "各参数对结果方差的贡献：单独贡献（一阶）及含全部交互作用（总效应）。横线为90%区间。",
    ),
    "first order": ("first order", "一阶"),
    "total order": ("total", "总效应"),
    "share of variance": ("share of variance", "方差占比"),
    "tornado title": ("Which inputs matter, for several outcomes", "哪些参数对各项结果重要"),
    "tornado note total": (
        "Total index: share of the variance due to an input with all its interactions, the most important first. Lines "
        "are 90 % intervals.",
        "总效应指数：参数及其全部交互作用对方差的贡献，按重要性排列。横线为90%区间。",
    ),
    "tornado note first": (
        "Sums of first-order indices: share of the variance due to the inputs of a group, each alone; interactions are "
        "what is left. Lines are 90 % intervals.",
        "按组汇总的一阶指数：组内各参数单独对方差的贡献；其余为交互作用。横线为90%区间。",
    ),
    "tornado note mu_star": (
        "Morris: mean size of the effect of crossing an input's whole interval (mu*), the most important first. Lines "
        "are 90 % intervals.",
        "Morris筛选：参数走完整个取值区间的平均效应大小（mu*），按重要性排列。横线为90%区间。",
    ),
    "tornado note median": (
        "PAWN: how far the distribution of the outcome moves when an input is held in a tenth of its range (median of "
        "the distances), the most important first. Lines are 90 % intervals.",
        "PAWN：将参数限定在其取值的十分之一区段时结果分布的移动幅度（距离的中位数），按重要性排列。横线为90%区间。",
    ),
    "dummies": ("reached by inputs that do nothing", "无关虚拟参数可达到的水平"),
    "distance": ("distance, 0 to 1", "分布距离（0至1）"),
    "ranks share": ("ranks, 0 to 1", "秩（0至1）"),
    "other groups": ("other groups", "其他组"),
    "source sensitivity": (
        "Source: zhizao {version}, `zhizao sensitivity`.",
        "来源：智造模型{version}，zhizao sensitivity。",
    ),
    "source sweep": (
        "Source: zhizao {version}, `zhizao sensitivity`; sweep: {title}; scenario {scenario}.",
        "来源：智造模型{version}，zhizao sensitivity；参数扫描：{title}；情景：{scenario}。",
    ),
    # scale and speed
    "scale title": ("How run time and memory grow with the district", "运行时间和内存随企业数的增长"),
    "scale note": (
        "One run of {months} months for each point, both axes logarithmic; dashed: the power of the number of firms "
        "that fits best from {least} firms on, of memory on top of the program's own.",
        "每点为一次{months}个月的运行，双对数坐标；虚线为{least}家企业以上拟合最好的幂函数，内存已扣除程序本身所占部分。",
    ),
    "exponent": ("grows as firms to the power {exponent}", "与企业数的{exponent}次方成正比"),
    "seconds": ("seconds for {months} months", "{months}个月用时（秒）"),
    "gigabytes": ("memory, GB", "内存（GB）"),
    "firms at the start": ("firms at the start", "期初企业数（家）"),
    "source scale": (
        "Source: zhizao {version}, benchmarks/scale.py.",
        "来源：智造模型{version}，benchmarks/scale.py。",
    ),
    "frontier": ("efficient frontier", "效率前沿"),
}, COMMON_WORDS)  # fmt: skip


class Say:
    """The words of one language.

    Parameters
    ----------
    language
        Which one.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return a word or line, with `values` in place."""
        return _WORDS(key, self.language, **values)

    def label(self, item: Variable | Outcome) -> str:
        """Return the label of a variable or an outcome."""
        return label(item, self.language)

    def group(self, name: str) -> str:
        """Return the name of a group of firms."""
        return group_name(name, self.language)

    def scenario(self, scenario: Scenario) -> str:
        """Return the title of a scenario, in English where it has no Chinese one; its name if it has none."""
        return " ".join((scenario_title(scenario, self.language) or scenario.name).split())

    def scenarios(self, compared: Sequence[Compared]) -> list[str]:
        """Return a name for each scenario that no other has: its title, or its label where titles are the same."""
        titles = [self.scenario(entry.scenario) for entry in compared]
        return [
            title if titles.count(title) == 1 else entry.label for title, entry in zip(titles, compared, strict=True)
        ]

    def draws(self, done: Comparison) -> str:
        """Return where the numbers of a comparison come from."""
        options = done.options
        return self(
            "source draws", version=version(), draws=options.draws, seed=options.seed,
            calibration=self(f"calibration {options.calibration}"), money=self.money(options, done.first.scenario),
        )  # fmt: skip

    def run(self, options: Options, scenario: Scenario) -> str:
        """Return where the numbers of a single run come from."""
        return self(
            "source run", version=version(), seed=options.seed,
            calibration=self(f"calibration {options.calibration}"), money=self.money(options, scenario),
        )  # fmt: skip

    def money(self, options: Options, scenario: Scenario) -> str:
        """Return how much public money a year there is, and which reading that is."""
        reading, total = yearly_money(options.funding, scenario)
        return self(f"funding {reading}", sum=f"{total:,.0f}")

    def month(self, name: str) -> str:
        """Return a month, ``"2025-12"``, as it is written in the language."""
        return month_in_words(name, self.language)
