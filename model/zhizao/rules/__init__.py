"""What one firm, one provider or one official does: pure functions of plain numbers, to be read aloud.

Each rule is written once here. The engine compiles the rules and loops over firms; the Mesa model calls the
same functions one agent at a time. Money is in million RMB, rates are per year, time is in months unless a
name says otherwise, and draws are uniform in (0, 1).
"""
