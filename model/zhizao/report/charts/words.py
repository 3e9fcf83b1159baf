"""The words of the charts in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhizao.errors import in_language, printable
from zhizao.evidence.structures import structure_title
from zhizao.report.words import COMMON_WORDS, of_reading, reading_name, scenario_title, yearly_money
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import Variable
from zhizao.results.wording import group_name, label
from zhizao.scenario.scenario import Scenario
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.options import Options
from zhizao.version import version
from zhizao.words.place import money_in_words, month_in_words
from zhizao.words.tables import Language, words_of

__all__ = ["Say"]

_LONGEST_TITLE = 80
"""Characters of a title that a chart has room for."""
_LONGEST_NOTES = 400
_BETWEEN = ",;、；， "
"""Where notes that are too long are cut."""

_WORDS = words_of("charts", COMMON_WORDS)


class Say:
    """The words of one language.

    Parameters
    ----------
    language
        Which one.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return a word or line, with `values` in place."""
        return _WORDS(key, self.language, **values)

    def label(self, item: Variable | Outcome) -> str:
        """Return the label of a variable or an outcome."""
        return label(item, self.language)

    def group(self, name: str) -> str:
        """Return the name of a group of firms."""
        return group_name(name, self.language)

    def scenario(self, scenario: Scenario) -> str:
        """Return the title of a scenario, in English where it has no Chinese one; its name if it has none."""
        title = scenario_title(scenario, self.language) or scenario.name
        return printable(" ".join(title.split()), _LONGEST_TITLE)

    def scenarios(self, compared: Sequence[Compared]) -> list[str]:
        """Return a name for each scenario that no other has: its title, or its label where titles are the same."""
        titles = [self.scenario(entry.scenario) for entry in compared]
        return [
            title if titles.count(title) == 1 else entry.label for title, entry in zip(titles, compared, strict=True)
        ]

    def shows(self, what: str, how: str) -> str:
        """Return what a chart shows and how it is to be read, as the lines below a title that says what was found."""
        return f"{what}{'。' if self.language == 'zh' else '. '}{how}"

    def draws(self, done: Comparison) -> str:
        """Return where the numbers of a comparison come from."""
        return self.draws_of(done.options, done.first.scenario)

    def draws_of(self, options: Options, scenario: Scenario) -> str:
        """Return where the numbers of a study with draws come from."""
        source = self(
            "source draws",
            version=version(),
            draws=options.draws,
            seed=options.seed,
            calibration=structure_title(options.calibration, self.language)
            or self(f"calibration {options.calibration}"),
            money=self.money(options, scenario),
        )
        return self.with_notes(source, options.notes)

    def run(self, options: Options, scenario: Scenario) -> str:
        """Return where the numbers of a single run come from."""
        source = self(
            "source run",
            version=version(),
            seed=options.seed,
            calibration=structure_title(options.calibration, self.language)
            or self(f"calibration {options.calibration}"),
            money=self.money(options, scenario),
        )
        return self.with_notes(source, options.notes)

    def with_notes(self, source: str, notes: Iterable[str]) -> str:
        """Return where numbers come from with what the user should know of a register of firms; cut if it is long."""
        lines = [in_language(note, self.language).replace("`", "") for note in notes]
        if not lines:
            return source
        text = printable(self("list mark").join(lines))
        if len(text) <= _LONGEST_NOTES:
            return f"{source} {self('notes', text=text)}"
        ends = [text.rfind(sign, 0, _LONGEST_NOTES) for sign in _BETWEEN]
        return f"{source} {self('notes', text=text[: max(ends)].rstrip(_BETWEEN))}"[:-1] + " …"

    def money(self, options: Options, scenario: Scenario) -> str:
        """Return how much public money a year there is, and which reading that is."""
        reading, total = yearly_money(options.funding, scenario)
        return self(
            of_reading(_WORDS, reading),
            sum=money_in_words(total, self.language),
            reading=reading_name(reading, self.language),
        )

    def month(self, name: str) -> str:
        """Return a month, ``"YYYY-MM"``, as it is written in the language."""
        return month_in_words(name, self.language)
