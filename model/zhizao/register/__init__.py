"""Registers of firms: from a user's file to checked numbers.

Every cell, whatever the format, first becomes clean text with the unit that its format shows; from there one path leads
to the numbers, so that formats cannot disagree. What is plain is read and said, what is ambiguous is refused with one
line for each cause. Cells are only ever read as values, so nothing in a register can be run.
"""

from zhizao.register.columns import REGISTER_COLUMNS, Column
from zhizao.register.reader import file_and_sheet, read_register
from zhizao.register.register import Register

__all__ = ["REGISTER_COLUMNS", "Column", "Register", "file_and_sheet", "read_register"]
