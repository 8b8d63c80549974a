"""What kinds of sessions there are, and what the screens call kinds, districts and languages."""

from __future__ import annotations

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from questionnaires.load import available, load_instrument

from ..i18n import catalogue, current_language, languages, spoken

SESSION_KINDS: dict[str, LazyString] = {
    "town_hall": _l("Town hall"),
    "listening_session": _l("Listening session"),
    "listening_tour_stop": _l("Stop of a listening tour"),
    "consent_decree_gathering": _l("Quarterly gathering on the consent decree"),
    "neighborhood_leader_town_hall": _l("Town hall of neighborhood leaders across districts"),
    "partner_meeting": _l("Meeting with partners"),
    "engagement_pop_up": _l("Pop-up in the street"),
}


def kind_label(kind: str) -> str:
    return str(SESSION_KINDS[kind])


def police_districts() -> dict[str, str]:
    """Code to name, in the language of the page, as the newest questionnaire has them."""
    newest = load_instrument(max(available()))
    words = catalogue(current_language().code, "instrument")
    return {
        str(choice.code): str(words.pgettext(f"area.district.{choice.code}", choice.text))
        for choice in newest.districts
    }


def spoken_languages() -> dict[str, str]:
    """Languages that a comment may be in, named in the language of the page."""
    locale = get_locale()
    names: dict[str, str] = dict(locale.languages) if locale else {}
    return {code: names.get(code, item.english_name) for code, item in spoken().items()}


def direction_of(language: str) -> str:
    found = languages().get(language)
    return found.direction if found else "auto"
