"""`zhizao params`: every number that can be set, with where it comes from."""

from __future__ import annotations

import math
from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_table
from zhizao.commands.words import word
from zhizao.errors import InputError
from zhizao.parameter_words.names import meaning
from zhizao.parameter_words.units import unit_name
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification, nearest
from zhizao.policy.levers import lever_specifications
from zhizao.words.tables import Language

__all__ = ["command"]

_COLUMNS = ("key", "default", "unit", "bounds", "role", "prior", "meaning", "source")


@click.command("params")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@common.options(common.output_format, common.language)
def command(words: tuple[str, ...], output_format: str, language: Language) -> None:
    """List parameters and levers; with WORDs only those whose key has one of them.

    \b
    Examples:
      zhizao params
      zhizao params grants attention
      zhizao params --format csv > parameters.csv
    """
    specs = _wanted(words)
    headers = [word(name, language) for name in _COLUMNS]
    print_as(
        output_format,
        value=lambda: [_described(spec) for spec in specs],
        rows=lambda: [_row(spec, "en") for spec in specs],
        table=lambda: print_table(headers, [list(_row(spec, language).values()) for spec in specs]),
    )


def _wanted(words: tuple[str, ...]) -> list[Specification]:
    known = lever_specifications() | parameter_specifications()
    if wrong := [part for part in words if not any(part in key for key in known)]:
        raise InputError([f"no key has '{part}' in it{nearest(part[:80], list(known))}" for part in wrong])
    return [spec for key, spec in known.items() if not words or any(part in key for part in words)]


def _row(spec: Specification, language: Language) -> dict[str, str]:
    return {
        "key": spec.key,
        "default": _default(spec),
        "unit": unit_name(spec.unit, language, percent=False),
        "bounds": _bounds(spec, language),
        "role": word(spec.role, language),
        "prior": _prior(spec, language),
        "meaning": meaning(spec, language),
        "source": spec.source,
    }


def _prior(spec: Specification, language: Language) -> str:
    if not spec.prior:
        return ""
    name = "log interval" if spec.prior_shape == "log-even" else "interval"
    return word(name, language, low=f"{spec.prior[0]:g}", high=f"{spec.prior[1]:g}")


def _bounds(spec: Specification, language: Language) -> str:
    if language != "zh":
        return spec.bounds
    if spec.choices:
        return "、".join(spec.choices)
    return word("interval", language, low=f"{spec.low:g}", high=f"{spec.high:g}")


def _default(spec: Specification) -> str:
    if isinstance(spec.default, tuple):
        return ", ".join(f"{name} {value:g}" for name, value in zip(spec.axis, spec.default, strict=True))
    return spec.default if isinstance(spec.default, str) else f"{spec.default:g}"


def _described(spec: Specification) -> dict[str, Any]:
    default: Any = spec.default
    if isinstance(default, tuple):
        default = dict(zip(spec.axis, default, strict=True))
    return {
        "key": spec.key,
        "default": default,
        "unit": spec.unit,
        "low": spec.low,
        "high": spec.high if math.isfinite(spec.high) else None,
        "role": spec.role,
        "prior": list(spec.prior) if spec.prior else None,
        "prior_shape": spec.prior_shape if spec.prior else None,
        "whole": spec.whole,
        "choices": list(spec.choices),
        "axis": list(spec.axis),
        "meaning": spec.meaning,
        "source": spec.source,
    }
