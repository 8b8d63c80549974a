"""Keying paper forms: one person, another person, and where they differ a third.

Only an agreed form becomes an answer, sealed like every other; what was keyed is erased in the same
transaction, and the form's number stays with nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from nacl.public import PublicKey
from sqlalchemy.orm import Session

from ..accounts.audit import record
from ..accounts.models import StaffAccount
from ..invitations.services.spending import Invited
from ..problems import ConflictProblem, NotAllowedProblem
from ..survey.contents import Contents
from ..survey.fields import Value
from ..survey.services.submission import Circumstances, send_whole
from ..survey.words import Words
from ..waves.models import Wave
from .keyed import CODE, Keyed, differences, form_key, lock_keyed, open_keyed
from .models import DIFFERS, DONE, ONCE, PaperForm, PaperTally
from .queries import find_form, find_tally
from .words import asked_on_paper

NO = 2
Spend = Callable[[Session, str, str], Invited | None]


@dataclass(frozen=True, slots=True)
class Keying:
    """What every step needs: the wave, its words for the form's language, secrets, who is at work."""

    wave: Wave
    words: Words
    secret: str
    public_key: PublicKey
    spend: Spend
    actor: StaffAccount

    def key(self, number: int) -> bytes:
        return form_key(self.secret, self.wave.id, number)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.id for one in asked_on_paper(self.words))


def key_form(session: Session, keying: Keying, number: int, keyed: Keyed) -> PaperForm:
    """Store what somebody read from a form, or compare it with what somebody else read before.

    Raises ConflictProblem for a form that was keyed twice already, NotAllowedProblem when the same
    person would key it again.
    """
    form = find_form(session, keying.wave, number)
    if form is None:
        form = PaperForm(
            wave_id=keying.wave.id,
            number=number,
            state=ONCE,
            language=keying.words.language,
            first_by=keying.actor.id,
            first_keyed=lock_keyed(keying.key(number), keyed),
        )
        session.add(form)
        session.flush()
        return form
    if form.state != ONCE or form.first_keyed is None:
        raise ConflictProblem(_("Form %(number)s was keyed twice already.", number=str(number)))
    if form.first_by == keying.actor.id:
        raise NotAllowedProblem(
            _("You keyed form %(number)s yourself. Another person must key it.", number=str(number))
        )
    first = open_keyed(keying.key(number), form.first_keyed)
    differing = differences(first, keyed, keying.names)
    _count(session, keying, compared=len(keying.names) + 1, differed=len(differing))
    if differing:
        form.state, form.second_by = DIFFERS, keying.actor.id
        form.second_keyed = lock_keyed(keying.key(number), keyed)
    else:
        _accept(session, keying, form, first)
    session.flush()
    return form


def list_differences(keying: Keying, form: PaperForm) -> tuple[tuple[str, ...], Keyed, Keyed]:
    """Where the two who keyed a form differ, and what each of them read."""
    if form.state != DIFFERS or form.first_keyed is None or form.second_keyed is None:
        raise ConflictProblem(_("Nothing is to be settled for this form."))
    key = keying.key(form.number)
    first, second = open_keyed(key, form.first_keyed), open_keyed(key, form.second_keyed)
    return differences(first, second, keying.names), first, second


def settle_form(
    session: Session, keying: Keying, form: PaperForm, settled: Mapping[str, Value | None], code: str
) -> None:
    """A third person has looked at the paper: `settled` has the differing questions as they are there.

    Raises NotAllowedProblem when that person keyed the form.
    """
    check_third_person(form, keying.actor)
    differing, first, _second = list_differences(keying, form)
    answers = {name: value for name, value in first.answers.items() if name not in differing}
    answers |= {
        name: value for name, value in settled.items() if name in differing and value is not None
    }
    agreed = Keyed(answers, code if CODE in differing else first.code)
    _accept(session, keying, form, agreed)
    record(session, actor=keying.actor, action="paper.settle", subject=keying.wave.slug, detail={})
    session.flush()


def check_third_person(form: PaperForm, actor: StaffAccount) -> None:
    if actor.id in {form.first_by, form.second_by}:
        raise NotAllowedProblem(
            _("You keyed form %(number)s. A third person must settle it.", number=str(form.number))
        )


def _accept(session: Session, keying: Keying, form: PaperForm, agreed: Keyed) -> None:
    """Seal the answer and empty the form. Nobody who marked that they may not take part is counted."""
    eligibility = [item.id for item in keying.words.instrument.front.eligibility]
    turned_away = any(agreed.answers.get(name) == NO for name in eligibility)
    if not turned_away:
        answers = {name: value for name, value in agreed.answers.items() if name not in eligibility}
        send_whole(
            session,
            keying.key(form.number),
            Contents(keying.wave.id, answers, frozenset(keying.names), code=agreed.code),
            instrument=keying.words.instrument,
            how=Circumstances(keying.words.language, mode="paper"),
            public_key=keying.public_key,
            spend=keying.spend,
        )
    tally = find_tally(session, keying.wave)
    tally.counted += not turned_away
    tally.not_eligible += turned_away
    form.state, form.language, form.first_by, form.second_by = DONE, None, None, None
    form.first_keyed, form.second_keyed = None, None


def _count(session: Session, keying: Keying, *, compared: int, differed: int) -> PaperTally:
    tally = find_tally(session, keying.wave)
    tally.forms += 1
    tally.compared += compared
    tally.differed += differed
    return tally
