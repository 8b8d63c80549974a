"""Sending a survey: the draft goes, a sealed answer and a receipt come, in one transaction.

Every way a survey can be sent ends in `_seal`, and there the receipt decides: it is made from the id
of the survey (the key that the phone made, or the server for a phone without JavaScript), and it can
be written once. A second tap, a retry, a second tab, the page and its worker at the same moment:
whoever writes the receipt is counted, everybody else is told that all is well.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from nacl.public import PublicKey
from sqlalchemy import delete
from sqlalchemy.orm import Session

from questionnaires.schema import Instrument

from ...invitations.services.spending import Invited
from ...operations.schedule import days_of
from ..codes import code_answers
from ..contents import Contents
from ..flow import first_unseen, steps
from ..models import Draft, SealedAnswer
from ..queries import find_draft, is_over, was_sent
from ..sealing import lookup_of, receipt_of, seal
from ..suspicion import suspicions
from .receipts import write_receipt

#: Days a receipt is kept, so that a repeated sending counts once.
RECEIPT_DAYS = days_of("receipts")
#: A phone tries to send a survey finished without signal for this many days, then it is erased there.
DEVICE_DAYS = 14
#: So the receipt of a survey that a phone sent by itself lives longer.
DEVICE_RECEIPT_DAYS = DEVICE_DAYS + 2


#: Session, wave id, code -> the group of the sample, or None: see letter_code.spend.
Spend = Callable[[Session, str, str], Invited | None]


class Sending(Enum):
    """What became of a request to send a survey."""

    SENT = "sent"
    #: sent, but the code from the letter had been used: it counts as an answer without a code
    SENT_WITHOUT_CODE = "sent without code"
    #: this very survey was sent before: nothing to do, all is well
    REPEATED = "repeated"
    #: pages were not seen yet: the draft stays as it is
    UNFINISHED = "unfinished"
    #: there is no such draft (any more)
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a survey reached us. `crowded`: very many came from one address within minutes."""

    language: str
    mode: str = "web"
    crowded: bool = False


def send_survey(
    session: Session,
    key: bytes,
    *,
    wave_id: str,
    instrument: Instrument,
    how: Circumstances,
    public_key: PublicKey,
    spend: Spend,
) -> Sending:
    """Seal the answers of this key's draft. Safe to repeat, also at the same moment.

    `spend` takes the session, the wave and the draft's code ('' without one) and marks the code as
    used; an answer whose code it accepts is from the drawn sample, any other from the open one.
    """
    contents = find_draft(session, key, for_update=True)
    if contents is None or contents.wave_id != wave_id:
        return Sending.REPEATED if was_sent(session, key) else Sending.UNKNOWN
    if first_unseen(steps(instrument, contents.answers), contents.seen) is not None:
        return Sending.UNFINISHED
    return _seal(session, key, contents, instrument, how, public_key, spend, RECEIPT_DAYS)


def send_whole(
    session: Session,
    key: bytes,
    contents: Contents,
    *,
    instrument: Instrument,
    how: Circumstances,
    public_key: PublicKey,
    spend: Spend,
) -> Sending:
    """Seal a survey that was finished on the phone, whether or not its draft ever came here."""
    if is_over(session, key) == "erased":
        return Sending.UNKNOWN
    return _seal(session, key, contents, instrument, how, public_key, spend, DEVICE_RECEIPT_DAYS)


def _seal(
    session: Session,
    key: bytes,
    contents: Contents,
    instrument: Instrument,
    how: Circumstances,
    public_key: PublicKey,
    spend: Spend,
    receipt_days: int,
) -> Sending:
    if not write_receipt(session, receipt_of(key), timedelta(days=receipt_days)):
        return Sending.REPEATED
    coded = code_answers(instrument, contents.answers)
    invited = spend(session, contents.wave_id, contents.code)
    body = {
        "language": how.language,
        "source": "drawn" if invited else "open",
        "mode": how.mode,
        "stratum": invited.stratum if invited else None,
        "psu": invited.psu_group if invited else None,
        "base_weight": invited.base_weight if invited else None,
        "police_district": coded.areas.police_district,
        "csa": coded.areas.csa,
        "answers": coded.answers,
        "texts": coded.texts,
        "flags": suspicions(contents, crowded=how.crowded),
    }
    session.add(
        SealedAnswer(
            id=secrets.token_hex(16),
            wave_id=contents.wave_id,
            ciphertext=seal(public_key, json.dumps(body, ensure_ascii=False).encode()),
            cell=invited.cell if invited else None,
        )
    )
    session.execute(delete(Draft).where(Draft.lookup == lookup_of(key)))
    return Sending.SENT_WITHOUT_CODE if contents.code and invited is None else Sending.SENT
