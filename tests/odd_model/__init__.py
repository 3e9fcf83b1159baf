"""The model built again from docs/ODD.md and docs/TABLES.md: read it with that page beside it.

Nothing of the package is used but the draws, the numbers (`Parameters`) and the offers of each month. Files follow the
page: `entities` element 2, `initialisation` element 5, `month` element 3 with the submodels that change many firms,
`choice` the submodels 7.5 to 7.9, `ledger` and `observation` what is booked and written down. Clear, not fast.
"""
