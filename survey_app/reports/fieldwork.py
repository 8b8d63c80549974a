"""What became of the drawn addresses: their final dispositions are kept apart from answers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from analysis.errors import DataError
from analysis.fieldwork.outcomes import DISPOSITIONS, outcomes

from ..invitations.queries import count_outcomes
from ..waves.models import Wave
from .snapshot import Count, FieldworkFigures, Rate


def fieldwork_figures(session: Session, wave: Wave) -> FieldworkFigures | None:
    """Outcome rates of a wave's sample; None without a sample, or when nothing of it is known."""
    table = count_outcomes(session, wave.id)
    if not table.n:
        return None
    addresses = table.numbers("addresses")
    try:
        plain = outcomes(table, "disposition", addresses)
        weighted = outcomes(table, "disposition", table.numbers("base_weight"))
    except DataError:  # no address has a known eligibility: there is no rate to tell
        return None
    by_weight = weighted.rates()
    return FieldworkFigures(
        addresses=round(addresses.sum()),
        dispositions=tuple(Count(code, round(plain.counts[code])) for code in DISPOSITIONS),
        rates=tuple(Rate(name, value, by_weight[name]) for name, value in plain.rates().items()),
        eligibility=plain.eligibility,
    )
