"""Every number of the model: its value, unit, bounds, role and source, declared once.

`zhizao.parameters.specification` says what a declaration holds; `attention`, `valuation`, `projects`,
`levels`, `district` and `public_money` declare the groups; `zhizao.parameters.registry` gathers them.
"""
