"""What pages and pictures call groups, levels, modes and the measures of other surveys."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

GROUPS: dict[str, LazyString] = {
    "race": _l("Race and ethnicity"),
    "gender": _l("Gender"),
    "age4": _l("Age"),
    "education3": _l("Schooling"),
    "tenure": _l("Owning or renting"),
    "home_language": _l("Language spoken at home"),
    "disability": _l("Disability"),
    "lgbtq": _l("LGBTQ+"),
    "police_district": _l("Police district"),
}

LEVELS: dict[str, dict[str, LazyString]] = {
    "race": {
        "black": _l("Black"),
        "white": _l("White"),
        "latino": _l("Hispanic or Latino"),
        "other": _l("Another or several"),
    },
    "gender": {"woman": _l("Women"), "man": _l("Men"), "another": _l("Another gender")},
    "age4": {
        "18_34": _l("18 to 34"),
        "35_54": _l("35 to 54"),
        "55_69": _l("55 to 69"),
        "70_up": _l("70 or older"),
    },
    "education3": {
        "no_degree": _l("No college degree"),
        "degree": _l("College degree"),
        "graduate": _l("Graduate degree"),
    },
    "tenure": {"own": _l("Own"), "rent": _l("Rent"), "other": _l("Other")},
    "home_language": {"english": _l("English"), "another": _l("Another language")},
    "disability": {"yes": _l("With a disability"), "no": _l("Without a disability")},
    "lgbtq": {"yes": _l("LGBTQ+ people"), "no": _l("Others")},
}

MODES: dict[str, LazyString] = {
    "web": _l("On the web"),
    "paper": _l("On paper"),
    "interviewer": _l("With an interviewer"),
    "kiosk": _l("At a kiosk"),
    "other": _l("In another way"),
}

#: measures of other surveys, in our own short words
FOREIGN: dict[str, LazyString] = {
    "safety_change_5y_better": _l("Feel safer near home than five years ago"),
    "safety_change_5y_worse": _l("Feel less safe near home than five years ago"),
    "trust_local_government": _l("Trust local government almost always or most of the time"),
    "trust_police": _l("Trust the police in their area, completely or somewhat"),
    "police_respect": _l("Say police in their area treat people with respect"),
    "police_fair": _l("Say police in their area treat people fairly"),
    "police_fear": _l("Fear, some or a lot, that police will target them or loved ones"),
    "police_effective": _l("Say police prevent crime well in their area"),
    "walk_safe": _l("Say walking alone near home after dark is completely or mostly safe"),
    "police_satisfied": _l("Are satisfied with policing in their neighborhood"),
}


#: variables of the weighting targets, as a reader knows them
MARGINS: dict[str, LazyString] = {
    "rake_district": _l("police district"),
    "rake_race": _l("race and ethnicity"),
    "rake_age": _l("age"),
    "rake_gender": _l("gender"),
    "rake_education": _l("schooling"),
    "rake_tenure": _l("owning or renting a home"),
}


def margin_name(variable: str) -> str:
    return str(MARGINS.get(variable, variable))


def level_order(group: str, level: str) -> int:
    """Where a level stands in tables and pictures; levels without a place keep their own order."""
    places = list(LEVELS.get(group, {}))
    return places.index(level) if level in places else len(places)


def group_name(group: str) -> str:
    return str(GROUPS.get(group, group))


def level_name(group: str, level: str, districts: Mapping[str, str]) -> str:
    """A level's name; `districts` has the police districts as residents were shown them."""
    if group == "police_district":
        return districts.get(level, level)
    return str(LEVELS.get(group, {}).get(level, level))


def mode_name(mode: str) -> str:
    return str(MODES.get(mode, mode))


def foreign_name(measure: str) -> str:
    return str(FOREIGN.get(measure, measure))
