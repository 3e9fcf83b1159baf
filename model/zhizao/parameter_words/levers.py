"""Words of the levers: their groups, each lever, and the choices that some have."""

from __future__ import annotations

__all__ = ["CHOICES", "LEVERS", "LEVER_GROUPS"]

LEVER_GROUPS: dict[str, tuple[str, str]] = {
    "grants": ("Grants", "项目补贴"),
    "diagnosis": ("Diagnosis vouchers", "诊断券"),
    "loans": ("Loans", "贷款支持"),
    "tax": ("Tax credit", "税收抵免"),
    "awards": ("Awards", "认定与达级奖励"),
    "provider_discount": ("Vouchers for light projects", "轻量化改造让利"),
    "specialists": ("Service specialists", "服务专员"),
    "matchmaking": ("Matchmaking", "供需对接"),
    "handling": ("Handling of applications", "申报办理"),
    "response": ("Call and response", "诉求响应"),
    "leaders": ("Chain leaders", "链主带动"),
    "providers": ("Building up providers", "服务商培育"),
    "campaign": ("Information campaign", "政策宣讲"),
    "attraction": ("Attraction of plants", "招商引资"),
    "relief": ("Relief on bills", "降本减负"),
    "infrastructure": ("Infrastructure", "基础设施"),
    "assessment": ("Assessment", "等级评估"),
    "context": ("Surroundings", "外部环境"),
}
"""What a group of levers is called."""

LEVERS: dict[str, tuple[str, str, str]] = {
    "grants.rate": ("Grant rate", "补贴比例", "补贴占合格投资额的比例"),
    "grants.cap": ("Most that one project can get", "单个项目补贴上限", "一个项目最多可获得的补贴"),
    "grants.floor": ("Least cost that is eligible", "项目投资额门槛", "可申报补贴的最低投资额"),
    "grants.size_factor": ("Multiple by size of firm", "不同规模企业的补贴倍数", "按企业规模对补贴比例和上限的倍数"),
    "grants.fund_multiple": (
        "Part of the yearly digital money for grants", "年度数字化资金用于补贴的倍数",
        "用于补贴的资金相当于年度数字化资金（funding.*）的倍数",
    ),
    "grants.additional_budget": (
        "Budget beside the yearly money", "年度资金以外的补贴预算", "年度资金之外另行安排的补贴预算",
    ),
    "grants.allocation": (
        "Who comes first when money is short", "资金不足时的分配顺序", "资金不足时哪些申报优先获得补贴",
    ),
    "grants.advance_share": ("Paid in advance", "预付比例", "项目开工时先行拨付的补贴比例"),
    "grants.clawback_share": (
        "Advance taken back after failure", "项目失败后预付款追回比例", "项目失败后追回的预付补贴比例",
    ),
    "grants.payment_delay": ("From acceptance to payment", "验收到拨付的时间", "从项目验收到补贴拨付的月数"),
    "grants.window_open": ("First month of applications", "申报开始月份", "每年开始受理申报的月份"),
    "grants.window_close": ("Last month of applications", "申报截止月份", "每年受理申报的最后一个月"),
    "grants.deadline_months": (
        "Deadline is felt before closing", "截止前的紧迫期", "截止前多少个月内企业感到申报紧迫",
    ),
    "grants.carry_over": ("Money left in December is kept", "年末结余是否结转", "12月末未用完的资金是否结转下年使用"),
    "diagnosis.value": ("Diagnosis voucher (0: none)", "诊断券面额（0为不发放）", "数字化诊断券的面额，0为不发放"),
    "loans.interest_points": ("Interest paid for the firm", "贷款贴息点数", "财政替企业承担的贷款利率"),
    "loans.interest_years": ("Interest paid for", "贴息年限", "贷款贴息持续的年数"),
    "loans.guarantee_share": (
        "More credit under public guarantee", "政府担保新增授信额度", "政府性融资担保下新增的授信额度",
    ),
    "loans.guarantee_cost": (
        "Public cost of a guaranteed loan", "担保贷款的预期财政成本", "担保贷款预期由财政承担的成本",
    ),
    "tax.credit_rate": ("Tax credit", "税收抵免比例", "投资额中可抵免税收的比例"),
    "awards.workshop": ("Award for a digital workshop", "数字化车间认定奖励", "数字化车间通过认定后的奖励"),
    "awards.factory": ("Award for a smart factory", "智能工厂认定奖励", "智能工厂通过认定后的奖励"),
    "awards.level2": ("Award for level 2, reported", "首次达到二级奖励", "企业自评首次达到二级的奖励"),
    "awards.level3": ("Award for level 3, reported", "首次达到三级奖励", "企业自评首次达到三级的奖励"),
    "awards.level4": ("Award for level 4, reported", "首次达到四级奖励", "企业自评首次达到四级的奖励"),
    "provider_discount.waived_share": (
        "Waived by the provider", "服务商让利比例", "轻量化项目费用中由服务商让利的部分",
    ),
    "provider_discount.state_share": (
        "Voucher for light projects", "轻量化改造服务券（财政补助）", "轻量化项目费用中由财政补助的部分",
    ),
    "specialists.count": ("Service specialists", "服务专员人数", "联系和走访企业的服务专员人数"),
    "specialists.caseload": ("Firms that one specialist looks after", "每名专员联系企业数", "每名专员负责联系的企业数"),
    "specialists.visits": ("Visits by each specialist", "每名专员走访次数", "每名专员每年走访企业的次数"),
    "specialists.order": ("Who has a specialist if too few", "专员不足时优先服务对象", "专员不足时优先联系哪些企业"),
    "matchmaking.cost_cut": (
        "Matchmaking: search for a provider saved", "供需对接：搜寻成本降幅", "供需对接为企业节省的服务商搜寻成本",
    ),
    "handling.processing_days": (
        "From application to decision", "申报到最早批复的时间", "从提交申报到最早作出批复的天数",
    ),
    "handling.online_share": ("Handled online in one stop", "一网通办比例", "申报事项中一站式网上办理的比例"),
    "handling.online_cut": ("Burden saved if all is online", "全程网办可减少的申报负担", "全部网办时减少的申报负担"),
    "handling.monthly_capacity": ("Applications decided", "每月可办理的申报数", "每月最多可作出批复的申报件数"),
    "handling.weekend_share": ("Weekends with opening hours", "周末开放办理的比例", "开放办理窗口的周末所占比例"),
    "response.days": (
        "Days to clear an obstacle (0: no platform)", "诉求平均办结时间（0为未开通）",
        "通过平台解决一项障碍的平均天数，0为未开通平台",
    ),
    "leaders.share": ("Chain leaders that take part", "参与带动的链主企业比例", "参与带动上下游转型的链主企业比例"),
    "leaders.template_cut": ("Saved by a shared template", "共享模板节省的成本", "使用链主共享模板节省的项目费用"),
    "providers.capacity_gain": ("More capacity of providers", "服务商能力增量", "在现有基础上新增的服务商能力"),
    "providers.competence_gain": ("More competence of providers", "服务商水平提升", "在现有基础上提高的服务商水平"),
    "campaign.rate": (
        "Information campaign: firms hear sooner", "政策宣讲：知晓速度增量", "政策宣讲使企业知晓扶持政策的速率提高多少",
    ),
    "attraction.entry_gain": ("More entries", "新增入驻企业比例", "招商引资额外带来的入驻企业"),
    "attraction.score_gain": (
        "Higher digital score of entrants", "新入驻企业数字化得分增量", "新入驻企业的数字化得分额外提高多少",
    ),
    "relief.energy_share": ("Energy bill paid by the public", "财政承担的能源费用比例", "能源费用中由财政承担的部分"),
    "relief.interest_points": ("Cheaper credit for everyone", "普惠性融资成本降幅", "面向所有企业的贷款利率降幅"),
    "infrastructure.cost_cut": (
        "Cheaper connected equipment", "联网设备成本的降幅", "数字基础设施使联网设备成本降低多少",
    ),
    "assessment.inflation_cut": (
        "Inflation of reports removed by checks", "核查消除的自评虚高比例", "自评虚高中被核查消除的部分",
    ),
    "assessment.target_pressure": (
        "A public target inflates reports", "公开目标对自评的推高程度", "公开目标像资金一样推高自评的程度",
    ),
    "context.demand": ("Demand, to trend", "市场需求（相对趋势）", "市场需求相当于趋势水平的倍数"),
    "context.provider_capacity": ("Providers from elsewhere, capacity", "区外服务商能力", "区外服务商能力的倍数"),
}  # fmt: skip
"""What a lever is called, short enough for an input, and its meaning in Chinese; the English one is the registry's."""

CHOICES: dict[str, tuple[str, str]] = {
    "first-come": ("first come, first served", "先到先得"),
    "merit": ("by merit", "择优"),
    "lottery": ("by lot", "抽签"),
    "small-first": ("small firms first", "小企业优先"),
    "large-first": ("large firms first", "大企业优先"),
    "all": ("all alike", "不分先后"),
    "no": ("no", "否"),
    "yes": ("yes", "是"),
}
"""What the choices of levers are called."""
