"""Sending a survey: the draft goes, a sealed answer and a receipt come, in one transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from enum import Enum

from nacl.public import PublicKey
from sqlalchemy.orm import Session

from questionnaires.schema import Instrument

from ...invitations.services.spending import Invited
from ..codes import code_answers
from ..flow import first_unseen, steps
from ..models import SealedAnswer, SubmissionReceipt
from ..queries import find_draft_row, read_draft, today, was_sent
from ..sealing import receipt_of, seal

#: Days a receipt is kept, so that a repeated sending counts once.
RECEIPT_DAYS = 2


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


def send_survey(
    session: Session,
    key: bytes,
    *,
    wave_id: str,
    instrument: Instrument,
    language: str,
    public_key: PublicKey,
    spend: Spend,
    mode: str = "web",
) -> Sending:
    """Seal the answers of this key's draft. Safe to repeat, also at the same moment.

    `spend` takes the session, the wave and the draft's code ('' without one) and marks the code as
    used; an answer whose code it accepts is from the drawn sample, any other from the open one.

    Two requests that race meet at the row of the draft: the second one waits, finds the draft
    gone and the receipt there.
    """
    row = find_draft_row(session, key, for_update=True)
    contents = read_draft(row, key) if row is not None else None
    if row is None or contents is None or contents.wave_id != wave_id:
        return Sending.REPEATED if was_sent(session, key) else Sending.UNKNOWN
    if first_unseen(steps(instrument, contents.answers), contents.seen) is not None:
        return Sending.UNFINISHED
    coded = code_answers(instrument, contents.answers)
    invited = spend(session, wave_id, contents.code)
    body = {
        "language": language,
        "source": "drawn" if invited else "open",
        "mode": mode,
        "stratum": invited.stratum if invited else None,
        "psu": invited.psu_group if invited else None,
        "base_weight": invited.base_weight if invited else None,
        "police_district": coded.areas.police_district,
        "csa": coded.areas.csa,
        "answers": coded.answers,
        "texts": coded.texts,
    }
    session.add(
        SealedAnswer(
            id=secrets.token_hex(16),
            wave_id=wave_id,
            ciphertext=seal(public_key, json.dumps(body, ensure_ascii=False).encode()),
            cell=invited.cell if invited else None,
        )
    )
    session.add(
        SubmissionReceipt(receipt=receipt_of(key), expires_on=today() + timedelta(days=RECEIPT_DAYS))
    )
    session.delete(row)
    return Sending.SENT_WITHOUT_CODE if contents.code and invited is None else Sending.SENT
