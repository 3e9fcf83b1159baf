"""The type of the record of parameters.

Made by ``python docs/make_records.py``: change the declarations, not this file.
"""

from __future__ import annotations

from zhizao.records.rows import Row

__all__ = ["ParameterRecord"]


class ParameterRecord:
    """All parameters, as compiled code reads them."""

    attention_spontaneous_rate: float
    """rate at which a firm looks at projects of its own accord; per year
    (`parameters.attention.Attention.spontaneous_rate`)"""
    attention_contagion_rate: float
    """rate of looking added when all partners and park neighbours are ahead; per year
    (`parameters.attention.Attention.contagion_rate`)"""
    attention_partner_weight: float
    """weight of supply partners in exposure; the rest is the park's; share
    (`parameters.attention.Attention.partner_weight`)"""
    attention_visit_rate: float
    """rate of looking added while a specialist's visit is fresh; per year
    (`parameters.attention.Attention.visit_rate`)"""
    attention_visit_months: float
    """how long a visit stays fresh; months (`parameters.attention.Attention.visit_months`)"""
    attention_deadline_rate: float
    """rate of looking added for an aware firm before a window closes; per year
    (`parameters.attention.Attention.deadline_rate`)"""
    attention_leader_rate: float
    """rate of looking added while a chain leader asks for level 2; per year
    (`parameters.attention.Attention.leader_rate`)"""
    attention_stake_rate: float
    """rate of looking added for an aware firm to whom support offers the whole cost of a project; per year
    (`parameters.attention.Attention.stake_rate`)"""
    awareness_start_share: float
    """firms that know of support at the start; share of firms (`parameters.attention.Awareness.start_share`)"""
    awareness_media_rate: float
    """rate at which a firm hears of support from notices; per year (`parameters.attention.Awareness.media_rate`)"""
    awareness_word_rate: float
    """rate of hearing of support when all partners and neighbours have had it; per year
    (`parameters.attention.Awareness.word_rate`)"""
    awareness_entrants_follow: float
    """how far entrants' awareness is that of the firms of their day, rather than that of the start; share
    (`parameters.attention.Awareness.entrants_follow`)"""
    valuation_benefit_level: float
    """level of all benefits of projects; multiple (`parameters.valuation.Valuation.benefit_level`)"""
    valuation_benefit_spread: float
    """how much firms differ in what they gain from a project; standard deviation of the logarithm
    (`parameters.valuation.Valuation.benefit_spread`)"""
    valuation_capability_effect: float
    """how much more capable firms gain; logarithm per unit of capability
    (`parameters.valuation.Valuation.capability_effect`)"""
    valuation_doubt: float
    """doubt about benefits before evidence (tau squared); variance of the logarithm
    (`parameters.valuation.Valuation.doubt`)"""
    valuation_doubt_aversion: float
    """how much doubt lowers the value seen (rho); per unit of variance
    (`parameters.valuation.Valuation.doubt_aversion`)"""
    valuation_partner_evidence: float
    """evidence gained when a partner finishes a project well; observations
    (`parameters.valuation.Valuation.partner_evidence`)"""
    valuation_visit_evidence: float
    """evidence gained at the first visit of a specialist; observations
    (`parameters.valuation.Valuation.visit_evidence`)"""
    valuation_diagnosis_evidence: float
    """evidence gained from a diagnosis voucher; observations (`parameters.valuation.Valuation.diagnosis_evidence`)"""
    valuation_waiting_multiple: float
    """how far value must exceed cost, since waiting is an option; multiple
    (`parameters.valuation.Valuation.waiting_multiple`)"""
    valuation_repeat_effect: float
    """benefit of a project relative to the one of that type before it; share
    (`parameters.valuation.Valuation.repeat_effect`)"""
    valuation_order_at_risk: float
    """revenue that a firm expects to keep by meeting a chain leader's request; share of revenue
    (`parameters.valuation.Valuation.order_at_risk`)"""
    valuation_price_outlook: float
    """how far today's demand and energy bills, not those of the start, enter what a project is worth; share
    (`parameters.valuation.Valuation.price_outlook`)"""
    valuation_outlook_years: float
    """how long firms expect today's demand and energy bills to last, on average; years
    (`parameters.valuation.Valuation.outlook_years`)"""
    support_application_hours: float
    """staff hours of one application without help; staff hours (`parameters.valuation.Support.application_hours`)"""
    support_hour_cost: float
    """cost of a staff hour; million RMB per hour (`parameters.valuation.Support.hour_cost`)"""
    support_burden_multiple: float
    """how heavily the burden of an application weighs against its wage cost; multiple
    (`parameters.valuation.Support.burden_multiple`)"""
    support_helped_burden_cut: float
    """cut of the burden for a firm with a fresh visit; share (`parameters.valuation.Support.helped_burden_cut`)"""
    support_start_success: float
    """success rate of applications that firms expect before any decision; share
    (`parameters.valuation.Support.start_success`)"""
    support_weekend_gain: float
    """applications handled in addition with full weekend opening; share of capacity
    (`parameters.valuation.Support.weekend_gain`)"""
    support_longest_wait: float
    """how long a first-come application waits for money; months (`parameters.valuation.Support.longest_wait`)"""
    support_alone_after_refusal: float
    """refused firms that weigh at once whether to go alone; share of refused firms
    (`parameters.valuation.Support.alone_after_refusal`)"""
    finance_prime_rate: float
    """prime lending rate; per year (`parameters.valuation.Finance.prime_rate`)"""
    finance_premium: Row[float]
    """premium over prime; per year (`parameters.valuation.Finance.premium`)"""
    finance_premium_spread: float
    """how much firms of one size differ in their premium; standard deviation of the logarithm
    (`parameters.valuation.Finance.premium_spread`)"""
    finance_credit_share: Row[float]
    """credit line for investment; share of yearly revenue (`parameters.valuation.Finance.credit_share`)"""
    finance_loan_months: float
    """term of investment loans; months (`parameters.valuation.Finance.loan_months`)"""
    finance_cash_share: float
    """median cash free for investment at the start; share of yearly revenue
    (`parameters.valuation.Finance.cash_share`)"""
    finance_cash_spread: float
    """how much firms differ in cash at the start; standard deviation of the logarithm
    (`parameters.valuation.Finance.cash_spread`)"""
    finance_retained_share: float
    """profit put aside for investment; share of profit (`parameters.valuation.Finance.retained_share`)"""
    choosing_taste_spread: float
    """spread of tastes about the best project's net value per unit of cost; profitability index
    (`parameters.valuation.Choosing.taste_spread`)"""
    choosing_anticipation: float
    """firms that put a project off if support that has been announced makes it worth more later; share of firms
    (`parameters.valuation.Choosing.anticipation`)"""
    choosing_foresight_months: float
    """how far ahead those firms look; months (`parameters.valuation.Choosing.foresight_months`)"""
    projects_cost: Row[float]
    """cost of a project for a firm of reference revenue; million RMB at reference revenue
    (`parameters.projects.Projects.cost`)"""
    projects_cost_level: float
    """level of all project costs; multiple (`parameters.projects.Projects.cost_level`)"""
    projects_reference_revenue: float
    """revenue at which the catalogue's costs hold; million RMB per year
    (`parameters.projects.Projects.reference_revenue`)"""
    projects_cost_elasticity: Row[float]
    """elasticity of project cost to revenue; elasticity (`parameters.projects.Projects.cost_elasticity`)"""
    projects_duration: Row[float]
    """months of work without obstacles; months (`parameters.projects.Projects.duration`)"""
    projects_life: Row[float]
    """years over which a firm counts the benefits; years (`parameters.projects.Projects.life`)"""
    projects_lowest_score: Row[float]
    """digital score needed to begin; score points (`parameters.projects.Projects.lowest_score`)"""
    projects_score_gain: Row[float]
    """gain of score, before it shrinks near 100; score points at score 0 (`parameters.projects.Projects.score_gain`)"""
    projects_labour_effect: Row[float]
    """labour cost saved; share of labour cost (`parameters.projects.Projects.labour_effect`)"""
    projects_energy_effect: Row[float]
    """energy cost saved; share of energy cost (`parameters.projects.Projects.energy_effect`)"""
    projects_quality_effect: Row[float]
    """cost of defects saved; share of cost of defects (`parameters.projects.Projects.quality_effect`)"""
    projects_capacity_effect: Row[float]
    """additional output that can be sold; share of revenue (`parameters.projects.Projects.capacity_effect`)"""
    projects_size_alike: float
    """how far the gains of a project grow with the size of the firm as its cost does; share
    (`parameters.projects.Projects.size_alike`)"""
    projects_recorded: Row[float]
    """probability that a project begun without a grant is registered (supported ones always are); probability
    (`parameters.projects.Projects.recorded`)"""
    projects_connected: Row[float]
    """part of the cost that platform infrastructure can lower; share of cost
    (`parameters.projects.Projects.connected`)"""
    building_search_share: float
    """cost of finding a provider; share of project cost (`parameters.levels.Building.search_share`)"""
    building_obstacle_probability: float
    """probability that a project meets an obstacle; probability (`parameters.levels.Building.obstacle_probability`)"""
    building_clearing_days: float
    """mean time to clear an obstacle without the platform; days (`parameters.levels.Building.clearing_days`)"""
    building_success_intercept: float
    """success of an average firm with an average provider; logit (`parameters.levels.Building.success_intercept`)"""
    building_success_capability: float
    """how capability raises success; logit per unit (`parameters.levels.Building.success_capability`)"""
    building_success_competence: float
    """how a provider's competence raises success; logit per unit (`parameters.levels.Building.success_competence`)"""
    building_success_help: float
    """how a specialist's help raises success; logit (`parameters.levels.Building.success_help`)"""
    building_failed_gain: float
    """share of gain and benefit that a failed project leaves; share (`parameters.levels.Building.failed_gain`)"""
    levels_start_mean: float
    """mean digital score at the start; score points (`parameters.levels.Levels.start_mean`)"""
    levels_start_spread: float
    """spread of digital scores at the start; score points (`parameters.levels.Levels.start_spread`)"""
    levels_start_capability: float
    """how capability raises the starting score; score points per unit of capability
    (`parameters.levels.Levels.start_capability`)"""
    levels_erosion: float
    """score lost a year as standards rise; score points per year (`parameters.levels.Levels.erosion`)"""
    levels_assessment_spread: float
    """noise of the self-assessment; score points (`parameters.levels.Levels.assessment_spread`)"""
    levels_inflation: float
    """how far reported scores stand above true ones; score points (`parameters.levels.Levels.inflation`)"""
    levels_stake_inflation: float
    """additional inflation when money or a target depends on the result; score points
    (`parameters.levels.Levels.stake_inflation`)"""
    levels_recognition: float
    """probability that a finished workshop is on this year's list; probability per year
    (`parameters.levels.Levels.recognition`)"""
    levels_factory_recognition: float
    """probability that a finished smart factory is on this year's list; probability per year
    (`parameters.levels.Levels.factory_recognition`)"""
    levels_workshops_per_factory: float
    """digital workshops of its own that a smart factory holds, or it is not recognised; workshops
    (`parameters.levels.Levels.workshops_per_factory`)"""
    levels_workshops_first: float
    """part of a factory's workshops that must stand before it may be begun; share
    (`parameters.levels.Levels.workshops_first`)"""
    providers_capacity: Row[float]
    """projects that providers can begin; projects per firm of the district per year
    (`parameters.projects.Providers.capacity`)"""
    providers_capacity_level: float
    """level of all capacities of providers; multiple (`parameters.projects.Providers.capacity_level`)"""
    providers_adjustment_months: float
    """months over which capacity follows orders; 0: never; months
    (`parameters.projects.Providers.adjustment_months`)"""
    providers_lowest_scale: float
    """least to which capacity shrinks with orders, relative to that of the first month; multiple
    (`parameters.projects.Providers.lowest_scale`)"""
    providers_queue_foresight: float
    """part of the wait for a provider that a firm expects when it values a project; share
    (`parameters.projects.Providers.queue_foresight`)"""
    providers_patience_months: float
    """months in a provider's queue after which a firm buys from elsewhere or cancels; 0: never; months
    (`parameters.projects.Providers.patience_months`)"""
    providers_outside_premium: float
    """what providers from elsewhere ask more, of a firm that has lost patience; share of project cost
    (`parameters.projects.Providers.outside_premium`)"""
    providers_normal_use: float
    """use of capacity at which the price index is 1; share of capacity (`parameters.projects.Providers.normal_use`)"""
    providers_inverse_supply_elasticity: float
    """how much prices rise with orders; elasticity (`parameters.projects.Providers.inverse_supply_elasticity`)"""
    providers_smoothing_months: float
    """months over which orders are averaged for the price; months (`parameters.projects.Providers.smoothing_months`)"""
    providers_lowest_price: float
    """floor of the price index; index (`parameters.projects.Providers.lowest_price`)"""
    providers_highest_price: float
    """ceiling of the price index; index (`parameters.projects.Providers.highest_price`)"""
    providers_competence: float
    """competence of providers; share (`parameters.projects.Providers.competence`)"""
    population_firms: float
    """above-scale industrial firms; firms (`parameters.district.Population.firms`)"""
    population_class_share: Row[float]
    """firms by size class; share of firms (`parameters.district.Population.class_share`)"""
    population_lowest_revenue: Row[float]
    """least revenue in the class; million RMB per year (`parameters.district.Population.lowest_revenue`)"""
    population_mean_excess_revenue: Row[float]
    """mean revenue of SMEs above the least in the class; million RMB per year
    (`parameters.district.Population.mean_excess_revenue`)"""
    population_output: float
    """the district's output at the start; what SMEs do not make is shared out among the large firms; million RMB per
    year (`parameters.district.Population.output`)"""
    population_revenue_spread: Row[float]
    """spread of revenue above the least in the class; standard deviation of the logarithm
    (`parameters.district.Population.revenue_spread`)"""
    population_lowest_staff: Row[float]
    """least staff in the class; employees (`parameters.district.Population.lowest_staff`)"""
    population_staff_range: Row[float]
    """range of staff above the least in the class; employees (`parameters.district.Population.staff_range`)"""
    population_staff_shape: Row[float]
    """how far staff lies toward the least in the class; exponent (`parameters.district.Population.staff_shape`)"""
    population_staff_correlation: float
    """rank correlation of staff with revenue; correlation (`parameters.district.Population.staff_correlation`)"""
    population_rd_share: float
    """firms with R&D activity; share of firms (`parameters.district.Population.rd_share`)"""
    population_rd_capability: float
    """how R&D activity raises capability; logit (`parameters.district.Population.rd_capability`)"""
    population_size_capability: float
    """how size raises capability; logit per size class (`parameters.district.Population.size_capability`)"""
    population_capability_spread: float
    """spread of capability; logit (`parameters.district.Population.capability_spread`)"""
    population_robot_share: float
    """firms with robots at the start; share of firms (`parameters.district.Population.robot_share`)"""
    population_workshop_share: Row[float]
    """firms with recognised workshops at the start (a large firm then has two, others one); share of firms
    (`parameters.district.Population.workshop_share`)"""
    sectors_share: Row[float]
    """firms by sector; share of firms (`parameters.district.Sectors.share`)"""
    sectors_growth: Row[float]
    """growth of demand; per year (`parameters.district.Sectors.growth`)"""
    sectors_labour_share: Row[float]
    """labour cost; share of revenue (`parameters.district.Sectors.labour_share`)"""
    sectors_energy_share: Row[float]
    """energy cost; share of revenue (`parameters.district.Sectors.energy_share`)"""
    sectors_defect_share: Row[float]
    """cost of defects; share of revenue (`parameters.district.Sectors.defect_share`)"""
    sectors_margin: Row[float]
    """profit margin before savings; share of revenue (`parameters.district.Sectors.margin`)"""
    sectors_contribution: Row[float]
    """contribution margin on additional output; share of revenue (`parameters.district.Sectors.contribution`)"""
    links_firms_per_park: float
    """firms in one park; firms (`parameters.district.Links.firms_per_park`)"""
    links_partners: float
    """mean number of partners that a firm seeks; it has about twice as many; links per firm
    (`parameters.district.Links.partners`)"""
    links_same_park: float
    """links within the park; share of links (`parameters.district.Links.same_park`)"""
    links_reach: float
    """how far back in the list of firms a partner may stand; firms (`parameters.district.Links.reach`)"""
    links_leader_share: float
    """large firms that lead a chain; share of large firms (`parameters.district.Links.leader_share`)"""
    links_leader_link: float
    """probability that a firm trades with a chain leader of its sector; probability
    (`parameters.district.Links.leader_link`)"""
    links_leader_partners: float
    """partners that a chain leader seeks; links (`parameters.district.Links.leader_partners`)"""
    production_growth_spread: float
    """spread of a firm's own yearly growth; standard deviation of the logarithm per year
    (`parameters.district.Production.growth_spread`)"""
    production_rivalry: float
    """output added by projects that is taken from other firms of the sector, in the accounts of output; share
    (`parameters.district.Production.rivalry`)"""
    turnover_exit_rate: Row[float]
    """rate of exit; per year (`parameters.district.Turnover.exit_rate`)"""
    turnover_distress_multiple: float
    """rate of exit of firms with negative cash at the turn of the year, relative to others; multiple
    (`parameters.district.Turnover.distress_multiple`)"""
    turnover_entry_rate: float
    """entries relative to the firms at the start; per year, share of firms
    (`parameters.district.Turnover.entry_rate`)"""
    turnover_entrant_score: float
    """head start of entrants in digital score, at the start; score points
    (`parameters.district.Turnover.entrant_score`)"""
    turnover_entrant_gain: float
    """how much more digital entrants are from year to year; score points per year
    (`parameters.district.Turnover.entrant_gain`)"""
    funding_annual_fund: float
    """yearly public money put into industry's digital transformation; million RMB per year
    (`parameters.public_money.Funding.annual_fund`)"""
    funding_digital_share: float
    """part of the yearly money that goes to digital projects; share
    (`parameters.public_money.Funding.digital_share`)"""
    funding_tier_share: Row[float]
    """tiers' shares of the yearly money; share (`parameters.public_money.Funding.tier_share`)"""
    public_costs_specialist_year: float
    """cost of one service specialist; million RMB per specialist per year
    (`parameters.public_money.PublicCosts.specialist_year`)"""
    public_costs_match: float
    """cost of matching a firm with a provider; million RMB per firm matched
    (`parameters.public_money.PublicCosts.match`)"""
    public_costs_handling: float
    """cost of handling an application; million RMB per application (`parameters.public_money.PublicCosts.handling`)"""
    public_costs_online_year: float
    """cost of handling everything online; million RMB per year (`parameters.public_money.PublicCosts.online_year`)"""
    public_costs_weekend_year: float
    """cost of full weekend opening; million RMB per year (`parameters.public_money.PublicCosts.weekend_year`)"""
    public_costs_response_year: float
    """cost of the call-and-response platform; million RMB per year
    (`parameters.public_money.PublicCosts.response_year`)"""
    public_costs_leader_year: float
    """cost of the programme per chain leader that takes part; million RMB per leader per year
    (`parameters.public_money.PublicCosts.leader_year`)"""
    public_costs_capacity_year: float
    """cost of doubling provider capacity; million RMB per year (`parameters.public_money.PublicCosts.capacity_year`)"""
    public_costs_competence_year: float
    """cost of 0.1 more competence of providers; million RMB per year
    (`parameters.public_money.PublicCosts.competence_year`)"""
    public_costs_campaign_year: float
    """cost of a campaign of rate one per year; million RMB per year
    (`parameters.public_money.PublicCosts.campaign_year`)"""
    public_costs_attraction_plant: float
    """cost per additional entrant attracted; million RMB per additional plant
    (`parameters.public_money.PublicCosts.attraction_plant`)"""
    public_costs_infrastructure_year: float
    """cost of a tenth less cost of connected equipment; million RMB per year
    (`parameters.public_money.PublicCosts.infrastructure_year`)"""
    phases_drive: Row[float]
    """multiple of the rates at which firms look of themselves and hear of support from notices; multiple
    (`parameters.attention.Phases.drive`)"""
