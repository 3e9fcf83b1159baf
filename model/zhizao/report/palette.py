"""The colours of every chart, drawn or interactive: one colour for one thing wherever it is shown."""

from __future__ import annotations

__all__ = ["BLUE", "GREEN", "GREY", "LIGHT", "ORANGE", "PART_COLOURS", "PINK", "SKY", "TREATMENT_COLOURS", "YELLOW"]

# Okabe and Ito's palette, made so that the colour-blind can distinguish them.
BLUE, ORANGE, GREEN, PINK, YELLOW, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
GREY, LIGHT = "#555555", "#BBBBBB"

PART_COLOURS: dict[str, str] = {
    "additional": GREEN,
    "pulled_forward": SKY,
    "administration": BLUE,
    "captured": YELLOW,
    "deadweight": ORANGE,
    "committed_before": LIGHT,
}
"""Where a yuan of public money went."""

TREATMENT_COLOURS: dict[str, str] = {"plan": BLUE, "facts": ORANGE, "prior": GREEN}
"""What parameters are fitted to."""
