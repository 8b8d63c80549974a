"""From a stored edition to the views of its public pages, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import format_date

from ..community.theme_labels import theme_label
from ..i18n import Language
from . import names, words
from .codec import decode
from .commentary import commentary_view
from .map_picture import map_picture
from .method import method_sentences
from .models import Edition
from .picture import DISTRICTS, Picture
from .pictures import (
    beside_sentence,
    districts_picture,
    groups_picture,
    series_name,
    trend_picture,
)
from .promised_text import commitments_view, smaller_views
from .snapshot import MeasureFigures, Snapshot, ThemeFigure
from .speech import gettext as _
from .speech import ngettext
from .tabulate import beside_table, group_table, open_table, trend_table
from .transparency import facts
from .unreached import unreached_view
from .views import (
    BesideView,
    Citation,
    EditionView,
    Image,
    MeasurePage,
    MeasureText,
    MeasureView,
    OpenPage,
    ThemeView,
    YearView,
)
from .wording import Words, words_of

#: themes told on the page of a year; the rest are in the CSV
_THEMES = 8


@dataclass(frozen=True)
class Links:
    """Addresses of an edition's pages and files: those of the public, or of a preview. `session`: of
    a community session's public page, empty where nobody can say where the site is."""

    home: str
    open_link: str
    data: str
    session: Callable[[str], str]
    measure: Callable[[str], str]
    picture: Callable[[str], str]
    file: Callable[[str], str]


@dataclass(frozen=True)
class Reading:
    """An edition opened for a page in one language."""

    edition: Edition
    snapshot: Snapshot
    wording: Words
    language: Language
    links: Links

    @property
    def rtl(self) -> bool:
        return self.language.direction == "rtl"


def read(edition: Edition, language: Language, links: Links) -> Reading:
    """Open a stored edition."""
    snapshot = decode(Snapshot, edition.snapshot)
    wording = words_of(snapshot, edition.wording, language.code)
    return Reading(edition, snapshot, wording, language, links)


def year_view(reading: Reading, *, years: tuple[tuple[int, str], ...], preview: bool) -> YearView:
    """The page of a year."""
    snapshot = reading.snapshot
    measures = [measure_view(reading, measure) for measure in snapshot.measures]
    primary = {measure.id for measure in snapshot.measures if measure.primary}
    return YearView(
        edition=edition_view(reading, preview=preview),
        lead=_lead(snapshot),
        commentary=commentary_view(reading.wording),
        primary=tuple(one for one in measures if one.id in primary),
        worse=tuple(one for one in measures if one.verdict == "worse"),
        better=tuple(one for one in measures if one.verdict == "better"),
        others=tuple(one for one in measures if one.id not in primary),
        heard=_heard(snapshot),
        themes=_themes(snapshot),
        attributions=snapshot.sessions.attributions,
        unreached=unreached_view(snapshot, reading.links.session),
        promises=commitments_view(snapshot, reading.wording),
        smaller=smaller_views(snapshot, reading.wording),
        method=method_sentences(snapshot),
        facts=facts(snapshot, reading.wording),
        citations=cite(snapshot),
        years=years,
    )


def measure_page(reading: Reading, measure: MeasureFigures, *, preview: bool) -> MeasurePage:
    """One measure by itself."""
    snapshot, wording = reading.snapshot, reading.wording
    question, answers = wording.question(measure.id)
    kinds = dict.fromkeys(one.group for one in measure.groups)
    used = {one.series for one in measure.beside}
    return MeasurePage(
        edition=edition_view(reading, preview=preview),
        measure=measure_view(reading, measure),
        asked=MeasureText(question, answers),
        groups_image=_image(reading, groups_picture(snapshot, measure, wording, rtl=reading.rtl)),
        groups=tuple(group_table(measure, kind, wording) for kind in kinds if kind != DISTRICTS),
        map_image=_image(reading, map_picture(snapshot, measure, wording, rtl=reading.rtl)),
        districts_image=_image(reading, districts_picture(snapshot, measure, wording, rtl=reading.rtl)),
        districts=group_table(measure, DISTRICTS, wording) if DISTRICTS in kinds else None,
        open_sentence=words.open_sentence(measure.open_link),
        citations=cite(snapshot, used),
    )


def open_page(reading: Reading, *, preview: bool) -> OpenPage:
    """The open link by itself, its gap to the drawn sample, no margin of error."""
    snapshot = reading.snapshot
    return OpenPage(
        edition=edition_view(reading, preview=preview),
        lead=ngettext(
            "%(count)s person answered by the open link. Anyone could, as often as they liked, so "
            "nobody can say how far these figures are from those of all residents.",
            "%(count)s people answered by the open link. Anyone could, as often as they liked, so "
            "nobody can say how far these figures are from those of all residents.",
            snapshot.open_link,
            count=words.whole(snapshot.open_link),
        ),
        table=open_table(snapshot, reading.wording),
    )


def edition_view(reading: Reading, *, preview: bool) -> EditionView:
    edition, links = reading.edition, reading.links
    return EditionView(
        year=edition.year,
        number=edition.number,
        published_on=format_date(edition.published_on, "long") if edition.published_on else "",
        digest=edition.sha256[:12],
        correction=edition.correction,
        demo=edition.demo,
        preview=preview,
        words_language=reading.wording.language,
        home=links.home,
        csv=links.file("figures.csv"),
        plan=links.file("plan.json"),
        package=links.file("edition.zip"),
        data=links.data,
        open_link=links.open_link,
    )


def measure_view(reading: Reading, measure: MeasureFigures) -> MeasureView:
    snapshot, wording = reading.snapshot, reading.wording
    latest = measure.latest
    figure, change = latest.figure, latest.change
    found = words.verdict(change, measure.direction)
    picture = trend_picture(snapshot, measure, wording, rtl=reading.rtl)
    return MeasureView(
        id=measure.id,
        title=wording.title(measure.id),
        url=reading.links.measure(measure.id),
        share="" if figure.estimate is None else words.percent(figure.estimate),
        words=words.share_in_words(figure),
        interval=words.interval(figure),
        n="" if figure.n is None else words.whole(figure.n),
        why=words.withheld(figure),
        verdict=found,
        verdict_word=words.verdict_word(found),
        change=words.change_sentence(change, latest.link, figure),
        change_interval=words.change_interval(change) if change else "",
        gap=words.gap_sentence(measure.gap),
        image=_image(reading, picture),
        trend=trend_table(measure),
        beside=tuple(
            BesideView(
                survey=series_name(snapshot, one.series),
                title=names.foreign_name(one.measure),
                table=beside_table(snapshot, one),
                sentence=beside_sentence(one),
            )
            for one in measure.beside
        ),
    )


def _image(reading: Reading, picture: Picture | None) -> Image | None:
    if picture is None:
        return None
    address = reading.links.picture
    return Image(
        light=address(f"{picture.name}.svg"),
        dark=address(f"{picture.name}.dark.svg"),
        alt=picture.alt,
        height=picture.height,
        png=address(f"{picture.name}.png"),
        csv=address(f"{picture.measure}.csv"),
    )


def _lead(snapshot: Snapshot) -> str:
    return ngettext(
        "What %(count)s adult, drawn at random, told us in %(year)s.",
        "What %(count)s adults, drawn at random, told us in %(year)s.",
        snapshot.drawn,
        count=words.whole(snapshot.drawn),
        year=str(snapshot.year),
    )


def _heard(snapshot: Snapshot) -> tuple[str, ...]:
    heard = snapshot.sessions
    if not heard.comments:
        return (_("No community session of this year has been written up."),)
    counted = ngettext(
        "%(count)s comment was written down at community sessions. Comments show what people "
        "brought up. They do not show how many residents think so.",
        "%(count)s comments were written down at community sessions. Comments show what people "
        "brought up. They do not show how many residents think so.",
        heard.comments,
        count=words.whole(heard.comments),
    )
    return counted, words.reading_sentence(heard)


def _themes(snapshot: Snapshot) -> tuple[ThemeView, ...]:
    heard = snapshot.sessions
    return tuple(
        ThemeView(
            name=theme_label(theme.code),
            sentence=words.comments_sentence(theme, heard),
            note=_theme_note(theme),
        )
        for theme in heard.themes[:_THEMES]
    )


def _theme_note(theme: ThemeFigure) -> str:
    if theme.machine_only:
        return _("Found by a program; nobody has checked it yet.")
    return _("Take it with care: the two readers agreed only fairly.") if theme.tentative else ""


def cite(snapshot: Snapshot, series: set[str] | None = None) -> tuple[Citation, ...]:
    """Makers of the other surveys whose figures are shown, as they ask to be cited."""
    shown = {one.series for measure in snapshot.measures for one in measure.beside}
    wanted = shown if series is None else series
    return tuple(
        Citation(source.title, source.citation, source.url)
        for source in snapshot.sources
        if source.series in wanted
    )
