"""What parameters, levers, readings and units are called in English and Chinese, wherever they are shown.

`levers`, `parameters` and `units` hold the words, `names` finds them by key. A test holds them complete.
"""
