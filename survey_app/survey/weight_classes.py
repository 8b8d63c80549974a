"""A base weight, coarsened so far that it leads to nobody: beside own words no finer one stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..invitations.models import InvitationCell

#: Class -> below what multiple of the sample's mean base weight.
CLASSES = {"low": 0.5, "middle": 2.0, "high": float("inf")}


def mean_base_weight(session: Session, wave_id: str) -> float | None:
    """Mean over the drawn addresses of a wave, the same from its first release to its last."""
    total, addresses = session.execute(
        select(
            func.sum(InvitationCell.base_weight * InvitationCell.addresses),
            func.sum(InvitationCell.addresses),
        ).where(InvitationCell.wave_id == wave_id)
    ).one()
    return total / addresses if addresses else None


def weight_class(base_weight: float | None, mean: float | None) -> str | None:
    """low, middle or high; None for an answer that was not drawn."""
    if base_weight is None or mean is None:
        return None
    return next(name for name, below in CLASSES.items() if base_weight / mean < below)


def put_classes(bodies: Iterable[dict[str, Any]], mean: float | None, at_least: int) -> None:
    """Give each opened answer of a batch its `weight_class`.

    Among those of one language and police district either every class, that of the open link among
    them, has `at_least` answers, or none is told: else the ones without would be the rare ones.
    """
    groups: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for body in bodies:
        groups.setdefault((body["language"], body["police_district"]), []).append(body)
    for group in groups.values():
        classes = [weight_class(body["base_weight"], mean) for body in group]
        told = min(Counter(classes).values()) >= at_least
        for body, name in zip(group, classes, strict=True):
            body["weight_class"] = name if told else None
