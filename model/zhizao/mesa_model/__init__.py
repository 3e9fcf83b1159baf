"""The model with one Mesa agent per firm: to read, to subclass, and to check the engine against.

The month is the one of the engine, verb by verb, with the same rules and the same draws, so both give the same
history. Here nothing is clever: every month every firm is asked. Start with `DistrictModel`, whose twelve methods
are the month in order; `FirmAgent` is what a firm does, `Government` is public money, `Providers` are the markets
for projects. To try an idea, subclass a firm and name it as the model's `firm_class`.
"""

from zhizao.mesa_model.district_model import FIRM_REPORTERS, VERBS, DistrictModel
from zhizao.mesa_model.firm_agent import FirmAgent
from zhizao.mesa_model.government import Government
from zhizao.mesa_model.ledgers import Account
from zhizao.mesa_model.project import Claim, Option, Project
from zhizao.mesa_model.providers import Market, Providers

__all__ = [
    "FIRM_REPORTERS",
    "VERBS",
    "Account",
    "Claim",
    "DistrictModel",
    "FirmAgent",
    "Government",
    "Market",
    "Option",
    "Project",
    "Providers",
]
