"""Every file for other programs of an edition, by name."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import force_locale

from questionnaires.load import load_instrument
from questionnaires.schema import Instrument

from ..public_file import PublicFile
from ..snapshot import Snapshot
from ..wording import SOURCE_LANGUAGE, Words, words_of
from .codebook import codebook_json
from .ddi import ddi_codebook
from .variables import Variable, variables_of

Files = dict[str, tuple[str, bytes]]
#: These files are written as a whole, in memory that grows with their rows.
MOST_ROWS = 50_000
_SPSS, _STATA = "application/x-spss-sav", "application/x-stata-dta"


def english_variables(
    public: Mapping[str, PublicFile], questionnaires: Mapping[str, str], rakings: Mapping[str, str]
) -> dict[str, tuple[Variable, ...]]:
    """By file of a wave its columns in English, for the data package. Keys: names of waves."""
    found = {}
    with force_locale(SOURCE_LANGUAGE):
        for wave, rows in public.items():
            words = _source_words(load_instrument(questionnaires[wave]))
            found[f"data/{wave}.csv"] = variables_of(rows.names, words, raking=rakings[wave])
    return found


def files_for_programs(
    snapshot: Snapshot, wording: str, rows: PublicFile, *, raking: str, languages: tuple[str, ...]
) -> Files:
    """SPSS and Stata in each language, DDI in all of them together; of more than MOST_ROWS rows the CSV
    is in the ZIP file only, and SPSS and Stata read it from there."""
    instrument = load_instrument(snapshot.questionnaire)
    spoken: dict[str, tuple[Variable, ...]] = {}
    titles: dict[str, str] = {}
    files: Files = {}
    for language in languages:
        with force_locale(language):
            words = words_of(snapshot, wording, language)
            spoken[language] = variables_of(rows.names, words, raking=raking)
            titles[language] = words.messages.get("title", instrument.title)
        if len(rows) <= MOST_ROWS:
            files |= _of_language(snapshot, rows, spoken[language], titles[language], language)
    if len(rows) <= MOST_ROWS:
        files["survey.csv"] = ("text/csv; charset=utf-8", rows.body())
    files["codebook.json"] = ("application/json", codebook_json(rows, raking=raking))
    files["survey.ddi.xml"] = (
        "application/xml",
        ddi_codebook(
            snapshot,
            rows,
            spoken,
            titles=titles,
            sponsor=instrument.sponsor,
            file_name=f"data/{snapshot.wave}.csv",
        ),
    )
    return files


def _of_language(
    snapshot: Snapshot, rows: PublicFile, variables: tuple[Variable, ...], title: str, language: str
) -> Files:
    # pandas is needed here only, and costs every web process 60 MB if it is read at the top.
    from .statistics_files import spss_file, stata_file

    title = f"DEMONSTRATION {title}" if snapshot.demo else title
    return {
        f"survey.{language}.sav": (_SPSS, spss_file(rows, variables, title=title)),
        f"survey.{language}.dta": (_STATA, stata_file(rows, variables, title=title)),
    }


def _source_words(instrument: Instrument) -> Words:
    messages = {message.context: message.text for message in instrument.messages()}
    return Words(SOURCE_LANGUAGE, messages, instrument)
