# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: -all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: kernelspec,jupytext,-jupytext.text_representation.jupytext_version,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 用智造比较政策
#
# 智造模拟一个区县的企业如何逐月决定是否做数字化改造，以及政府的补贴和服务改变了其中多少。本笔记本用一个问题走完全程：
# **在每年2亿元财政资金下，哪项政策对规上中小企业，特别是小企业，效果最好？为什么？** 网页版见 `zhizao app`，
# 命令行见 `README.zh.md`。
#
# 每次“抽样”是一组与证据相符的参数加一个随机数种子。各项政策面对同样的企业、同样的随机数，因此差值只来自政策。
# 环境变量 `ZHIZAO_NOTEBOOK_DRAWS` 设定抽样次数：次数越多越稳定，也越慢。

# %%
# %matplotlib inline
import os
import tempfile
from pathlib import Path

import pandas as pd

import zhizao as zz
from zhizao.report.chart_rows import display_names, group_rows
from zhizao.report.headline import headline
from zhizao.report.page_tables import changes_table, policies_table

draws = int(os.environ.get("ZHIZAO_NOTEBOOK_DRAWS", "200"))


def table(made):
    """把报告里的表格显示为数据框。"""
    return pd.DataFrame(made.rows, columns=made.headers).set_index(made.headers[0])


# %% [markdown]
# ## 一、现行政策能否实现规划目标
#
# 规划目标是2025年底90%的规上中小企业达到数字化二级。结论按两种处理方式并列：以规划目标实现为条件拟合，或仅按事实拟合。
# 两者的差距本身就是结论的一部分。

# %%
policies = [
    "baseline",
    "light-vouchers",
    "services-surge",
    "small-firms-first",
    "double-grants",
    "no-grants",
    "no-services",
]
done = zz.compare(policies, draws=draws)
print(headline(done, "zh", "baseline").line)

# %%
done.plot.target("zh")

# %% [markdown]
# 自评曲线每年跳升一次，因为企业每年评价一次；自评高于真实，是因为公开的目标会抬高自评，抬高多少属于假设。
#
# ## 二、哪项政策作用最大
#
# 圆点为均值，横线包含90%的抽样；空心点表示区间含0，即尚不能确定。

# %%
done.plot.differences("zh")

# %%
table(policies_table(done, "zh"))

# %% [markdown]
# ## 三、这项政策改变了什么
#
# 每项政策只写与现行政策不同之处。补贴券（`light-vouchers`）是事后补助以外的另一条路：轻量化产品不用申报，凭券抵扣。

# %%
chosen = next(entry for entry in done.compared if entry.label == "light-vouchers")
table(changes_table(chosen.scenario, done.first.scenario, "zh", done.options.until))

# %% [markdown]
# ## 四、钱花在哪里，起了多大作用
#
# 每一元钱都与同样企业、同样随机数但没有任何政策的情形对照。“无谓损失”是没有政策企业也会做的部分；“此前已承诺”在任何政策
# 下都要支付。

# %%
done.plot.account("zh")

# %% [markdown]
# ## 五、小企业呢
#
# 按企业规模看真实达到二级的占比变化（百分点）。

# %%
names = display_names(done, "zh")
rows = [row for row in group_rows(done, "zh") if row["kind"] == "size" and row["scenario"] != "baseline"]
moved = pd.DataFrame(rows).assign(政策=lambda found: found["scenario"].map(names))
moved.pivot(index="政策", columns="group", values="mean").round(1)

# %%
done.plot.groups("zh", scenarios=["light-vouchers", "services-surge", "small-firms-first"])

# %% [markdown]
# ## 六、如果自评都如实
#
# `assessment-crackdown` 严查自评虚高：自评占比回落到真实水平附近，真实水平几乎不变。看政策效果应看真实水平。

# %%
honest = zz.compare(["baseline", "assessment-crackdown"], draws=draws)
print(headline(honest, "zh", "assessment-crackdown").line)
table(policies_table(honest, "zh")).iloc[:, :3]

# %% [markdown]
# ## 七、自己的政策
#
# 情景文件只写不同之处。例如专员增加到100人，补贴不变：

# %%
OWN = """format = 1
title = "One hundred specialists"
title_zh = "百名专员"
question = "What do more specialists bring?"
source = "assumption: an example"
extends = "baseline"

[[changes]]
from = "2024-01"

[changes.set.specialists]
# 假设：仅为示例
count = 100 # assumption: an example
"""
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "my-policy.toml"
    file.write_text(OWN, encoding="utf-8")
    own = zz.compare(["baseline", file], draws=draws)
table(changes_table(own.compared[1].scenario, own.first.scenario, "zh", own.options.until))

# %%
print("\n".join(headline(own, "zh").remarks))

# %% [markdown]
# ## 八、写成简报
#
# 命令行：`zhizao brief 简报.docx baseline light-vouchers --lang zh`，两至四页，注明日期；`.pptx` 为幻灯片。
# 供决策者阅读的网页报告：`zhizao report runs/report --lang zh`。
# 模型不能回答什么，见报告的最后一节和 `docs/LIMITS.md`。
