"""Ideas of one's own in one file: a rule, an instrument and an outcome. Try it with

zhizao --ideas docs/examples/ideas.py compare baseline baseline+campaign_when_slow --draws 50
"""

import math

import zhizao as zz


@zz.rule
def looking_rate(spontaneous, contagion, exposed, visit, deadline, leader, stakes):
    """Deadlines draw half as much attention as in the model; all else is as it was."""
    return spontaneous + contagion * exposed + visit + 0.5 * deadline + leader + stakes


class CampaignWhenSlow(zz.OwnInstrument):
    """An information campaign in each month after one in which few projects began, run by a team that costs money."""

    english = "campaign when projects are few"
    chinese = "项目少时开展宣讲"
    start = "2024-01"

    def act(self, district):
        if district.last("projects_started") < 8:
            district.set("campaign.rate", 1.0)
            district.spend(0.2)  # the team's month, million RMB, beside what the campaign itself costs


@zz.outcome(
    unit="months", english="Months until half report level 2", chinese="过半企业自评达到二级所需月数", better=-1
)
def months_to_half(run):
    """Months from 2018-01 until half of the SMEs report level 2; not a number if that does not come."""
    share = run.series("level2_share")
    return float((share >= 0.5).argmax()) if share.max() >= 0.5 else math.nan
