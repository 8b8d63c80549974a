"""The page of an edition's files for other programs, with the codebook."""

from __future__ import annotations

from ..i18n import offered
from . import compose, words
from .exports.codebook import CodebookEntry, read_codebook
from .method import protection_sentence
from .speech import gettext as _
from .views import ColumnView, DataPage, Download


def data_page(
    reading: compose.Reading, codebook: bytes, held: frozenset[str], *, preview: bool
) -> DataPage:
    """`codebook`: the codebook.json of the edition; `held`: names of its files, as not every language
    that is offered today was offered when it was built."""
    link = reading.links.file
    known = offered()
    return DataPage(
        edition=compose.edition_view(reading, preview=preview),
        tables=(
            Download(_("Every figure"), link("figures.csv"), "CSV"),
            Download(_("Every figure"), link("figures.xlsx"), "XLSX"),
            *(
                (Download(_("The answers in their public form"), link("survey.csv"), "CSV"),)
                if "survey.csv" in held
                else ()
            ),
            Download(
                _("All tables described by a data package, with what computes the figures again"),
                link("edition.zip"),
                "ZIP",
            ),
            Download(_("The declared analysis"), link("plan.json"), "JSON"),
        ),
        programs=(
            *(
                Download(f"{program}, {language.own_name}", link(f"survey.{code}.{ending}"), ending)
                for program, ending in (("SPSS", "sav"), ("Stata", "dta"))
                for code, language in known.items()
                if f"survey.{code}.{ending}" in held
            ),
            Download("DDI-Codebook 2.5", link("survey.ddi.xml"), "XML"),
        ),
        protection=protection_sentence(reading.snapshot.protection),
        columns=tuple(_column(entry) for entry in read_codebook(codebook, reading.wording)),
    )


def _column(entry: CodebookEntry) -> ColumnView:
    variable = entry.variable
    return ColumnView(
        name=variable.name,
        label=variable.label,
        question=variable.question,
        filled=words.whole(entry.filled),
        levels=tuple(
            (level.id, level.label, words.whole(count))
            for level, count in zip(variable.levels, entry.counts, strict=True)
        ),
    )
