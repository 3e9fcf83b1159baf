"""The types of what compiled code works on: a checker and an editor follow every field from rule to declaration.

`rows` is written by hand; the other files are made from the declarations by ``python docs/make_records.py``.
"""
