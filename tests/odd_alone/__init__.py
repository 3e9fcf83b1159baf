"""Five mechanisms of version 2, written from docs/ODD.md alone: small functions of numbers, in plain Python.

Whoever wrote them had read neither rules, engine, Mesa model nor ``tests/odd_model``. ``tests/test_odd_alone.py`` holds
them to the rules over random numbers; what the text lacked is counted in docs/VERIFICATION.md.
"""
