"""What the screens call each theme; the codes and their definitions are analysis/themes' own."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from analysis.themes.codebook import NONE, UNCLEAR

THEME_LABELS: dict[str, LazyString] = {
    "gun_violence": _l("Gun violence"),
    "crime_and_disorder": _l("Crime and disorder"),
    "drug_activity": _l("Drug selling and use"),
    "police_presence": _l("Police presence"),
    "police_in_the_community": _l("Police in the life of the community"),  # proposed for version 2
    "police_fairness": _l("Police fairness and conduct"),
    "courts_and_prosecution": _l("Courts and prosecution"),
    "victims_and_family_violence": _l("Victims and family violence"),
    "youth_and_schools": _l("Young people and schools"),
    "mental_health_and_addiction_care": _l("Mental health and addiction care"),
    "homelessness": _l("Homelessness"),
    "housing_cost_and_displacement": _l("Housing cost and displacement"),
    "reentry": _l("Coming home from prison"),
    "jobs_and_economy": _l("Jobs and the economy"),
    "neighborhood_upkeep": _l("Neighborhood upkeep"),
    "traffic_and_streets": _l("Traffic and streets"),
    "parks_and_recreation": _l("Parks and recreation"),
    "city_responsiveness": _l("City services and answers"),
    "government_trust": _l("Trust in government"),
    "race_and_equity": _l("Race and equity"),
    "immigrants_and_language": _l("Immigrants and language"),
    "community_and_neighbors": _l("Community and neighbors"),
    NONE: _l("No theme fits"),
    UNCLEAR: _l("Cannot tell"),
}


def theme_label(code: str) -> str:
    """The theme's name in the language of the page; the code itself for a theme of a later codebook."""
    return str(THEME_LABELS.get(code, code))
