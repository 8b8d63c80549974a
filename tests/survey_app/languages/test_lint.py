"""What a translation must keep, and what the pseudo-locale does to a sentence."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from survey_app.languages.lint import flaws, main
from survey_app.languages.pseudo import PseudoTranslations, pseudo


def advice(source: str | tuple[str, str], words: str | tuple[str, ...], context: str = "") -> list[str]:
    catalog = Catalog(locale="es")
    catalog.add(source, words, context=context or None)
    return [flaw.advice for flaw in flaws(catalog)]


def test_the_catalogues_we_ship_have_no_flaw(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out
    assert "14 catalogues" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "words", "told"),
    [
        ("Opened on %(date)s.", "Abierta.", "put back %(date)s"),
        ("Opened.", "Abierta el %(date)s.", "take out %(date)s"),
        ("about %(n)s%%", "unos %(n)s%", "write a percent sign as %%"),
        ("Press <kbd>Enter</kbd>.", "Pulse Enter.", "keep the tags as in English"),
        ("Save", " Guardar", "take out the blank at the start or the end"),
        (
            "Save",
            "Guardar todo lo que se escribió hasta ahora",
            "say it in at most 24 letters; it has 43",
        ),
    ],
)
def test_each_flaw_is_told_with_what_to_do(source: str, words: str, told: str) -> None:
    assert told in advice(source, words)


def test_a_number_of_the_instrument_stays() -> None:
    assert advice("Are you 18 or older?", "¿Es usted mayor?", "eligibility.adult.text") == [
        "put back the number 18"
    ]
    assert advice("Are you 18 or older?", "¿Tiene 18 años o más?", "eligibility.adult.text") == []


def test_a_plural_form_may_say_its_number_in_a_word_and_nothing_missing_is_a_flaw() -> None:
    assert advice(("%(num)s page", "%(num)s pages"), ("una página", "%(num)s páginas")) == []
    assert advice("Save", "") == []


def test_the_pseudo_locale_keeps_places_and_is_longer() -> None:
    text = pseudo("Opened on %(date)s, <b>50%%</b>.")
    assert "%(date)s" in text
    assert "<b>" in text
    assert "%%" in text
    assert text.startswith("⟦")
    assert text.endswith("⟧")
    assert len(text) > 1.4 * len("Opened on %(date)s, <b>50%%</b>.")
    assert "Opened" not in text
    assert PseudoTranslations().ngettext("one", "many", 2) == pseudo("many")
    assert pseudo("") == ""
