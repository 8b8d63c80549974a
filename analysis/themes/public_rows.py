"""Theme shares from what an edition makes public of its comments: a row a comment, no words, no key.

Two kinds of rows, never mixed. Without a blind draw a row holds the codes that count. With one it
holds what the machine tagged (`tag`), and for drawn comments the codes two readers settled on (`read`)
with the probability of having been drawn: the corrected share (corrected.py) needs nothing else.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from analysis.themes.corrected import MIN_GROUP, corrected_share
from analysis.themes.errors import DrawError
from analysis.themes.shares import CodedComment, human_shares

COLUMNS = ("session", "codes", "group", "tag", "read", "probability")
_OTHERS = "others"


@dataclass(frozen=True)
class PublicComment:
    """One comment. `codes` counts where nothing was drawn; `group` is a language with enough codes for
    an error of its own, or `others`; `read` and `probability` are None for a comment not drawn."""

    session: str
    codes: frozenset[str] = frozenset()
    group: str = ""
    tag: frozenset[str] = frozenset()
    read: frozenset[str] | None = None
    probability: float | None = None


@dataclass(frozen=True)
class PublicShare:
    """Share of comments with its 95% interval, all in [0, 1]; None where nothing may be said."""

    code: str
    share: float | None
    low: float | None
    high: float | None
    corrected: bool


def pooled_groups(languages: Sequence[str], drawn: Collection[int]) -> list[str]:
    """The language of each comment where at least MIN_GROUP of its comments were drawn, else others."""
    counts = Counter(languages[at] for at in drawn)
    return [one if counts[one] >= MIN_GROUP else _OTHERS for one in languages]


def is_drawn(comments: Sequence[PublicComment]) -> bool:
    """Whether these rows come from a blind draw."""
    return any(one.probability is not None for one in comments)


def public_shares(comments: Sequence[PublicComment], codes: Collection[str]) -> tuple[PublicShare, ...]:
    """The share of each code, corrected where comments were drawn and read. Raises DrawError."""
    if not is_drawn(comments):
        counted = human_shares([CodedComment(one.session, one.codes) for one in comments], codes)
        return tuple(PublicShare(one.code, one.share, one.low, one.high, False) for one in counted)
    drawn = [at for at, one in enumerate(comments) if one.probability is not None]
    read = [comments[at].read or frozenset() for at in drawn]
    probabilities = [comments[at].probability or 0.0 for at in drawn]
    found = []
    for code in codes:
        made = corrected_share(
            [code in one.tag for one in comments],
            drawn,
            [code in one for one in read],
            probabilities,
            alpha=None,
            groups=[one.group for one in comments],
        )
        found.append(PublicShare(code, made.share, made.low, made.high, True))
    return tuple(found)


def write_rows(comments: Sequence[PublicComment]) -> bytes:
    """As CSV. Sessions are numbered and lines sorted by what they hold, so that no order is left."""
    held: dict[str, list[tuple[str, ...]]] = {}
    for one in comments:
        cells = (
            ";".join(sorted(one.codes)),
            one.group,
            ";".join(sorted(one.tag)),
            ";".join(sorted(one.read or ())),
            "" if one.probability is None else repr(one.probability),
        )
        held.setdefault(one.session, []).append(cells)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, lines in enumerate(sorted(sorted(lines) for lines in held.values()), start=1):
        writer.writerows((number, *cells) for cells in lines)
    return stream.getvalue().encode()


def read_rows(text: str) -> list[PublicComment]:
    """Rows of comments.csv; raises DrawError for a probability that is no number."""
    found = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        told = row.get("probability") or ""
        try:
            probability = float(told) if told else None
        except ValueError:
            raise DrawError(f"comments.csv: the probability {told!r} is not a number.") from None
        found.append(
            PublicComment(
                session=row["session"],
                codes=_codes(row["codes"]),
                group=row.get("group") or "",
                tag=_codes(row.get("tag") or ""),
                read=None if probability is None else _codes(row.get("read") or ""),
                probability=probability,
            )
        )
    return found


def _codes(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(";")))
