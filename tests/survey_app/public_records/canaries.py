"""A city in which everything that may never be given holds a word that can be searched for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from survey_app.accounts.audit import record
from survey_app.accounts.models import (
    RecoveryCode,
    SignInAttempt,
    StaffAccount,
    StaffInvitation,
    StaffSession,
)
from survey_app.community.followup.models import SessionSummary
from survey_app.community.models import Comment, CommunitySession, HandOff, StagedImport
from survey_app.community.room.models import RoomComment
from survey_app.invitations.models import InvitationCase, InvitationCell, InvitationSample
from survey_app.jobs import Job, now
from survey_app.languages.models import LanguageReview
from survey_app.operations.models import LegalHold
from survey_app.paper.models import PaperForm
from survey_app.remarks.models import Remark
from survey_app.reports.models import Edition
from survey_app.reports.restricted.models import DataAgreement, RestrictedFile
from survey_app.survey.models import (
    Draft,
    OpenAnswer,
    Response,
    ReturnCode,
    SealedAnswer,
    SubmissionReceipt,
)
from survey_app.waves.models import HelpLineCheck, Wave, WaveWording

TODAY = now().date()
SOON = TODAY + timedelta(days=5)
SAID = "=2+3 The lights on our corner are out, says [name]."


class Canaries:
    """Makes words that must not be found again, and remembers them."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self) -> str:
        self.all.append(f"canary{len(self.all):03}x")
        return self.all[-1]

    def raw(self) -> bytes:
        return self().encode()


def fill(session: Session) -> list[str]:
    """Fill the city; the words that no export may hold."""
    canary = Canaries()
    boss = _accounts(session, canary)
    _waves(session, canary)
    session.flush()
    _answers(session, canary)
    _sample(session, canary)
    _meetings(session, canary)
    _desk(session, canary, boss)
    session.flush()
    return canary.all


def _accounts(session: Session, canary: Canaries) -> StaffAccount:
    for name, shown, role in (
        (canary(), "Ada Boss", "administrator"),
        (canary(), canary(), "partner"),
        (canary(), canary(), "interviewer"),
    ):
        session.add(
            StaffAccount(
                id=role,
                sign_in_name=name,
                display_name=shown,
                role=role,
                password_hash=canary(),
                created_on=TODAY,
                totp_sealed=canary.raw(),
            )
        )
    session.flush()
    boss = session.get_one(StaffAccount, "administrator")
    partner = session.get_one(StaffAccount, "partner")
    session.add(
        StaffSession(
            token_hash=canary(), account_id=boss.id, stage="full", expires_at=now(), idle_until=now()
        )
    )
    session.add(StaffInvitation(token_hash=canary(), account_id=boss.id, expires_at=now()))
    session.add(RecoveryCode(code_hash=canary(), account_id=boss.id))
    session.add(SignInAttempt(name_hash=canary(), at=now()))
    record(session, actor=boss, action="account.sign_in", subject=boss.sign_in_name)
    record(session, actor=partner, action="account.sign_in", subject=partner.sign_in_name)
    record(session, actor=boss, action="account.create", subject=canary())
    return boss


def _waves(session: Session, canary: Canaries) -> None:
    for slug, state, opened in (
        ("w-open", "open", TODAY),
        ("w-closed", "closed", TODAY),
        (canary(), "draft", None),
    ):
        session.add(
            Wave(
                id=slug,
                slug=slug,
                kind="own",
                series="city",
                year=TODAY.year,
                questionnaire="2026",
                state=state,
                opened_on=opened,
                closed_on=TODAY if state == "closed" else None,
                title="A wave",
            )
        )
    session.flush()
    session.add(
        WaveWording(wave_id="w-open", language="en", wording={"q": "Safe at night?"}, sha256="a" * 64)
    )
    session.add(HelpLineCheck(wave_id="w-open", line="988", checked_on=TODAY, checked_how=canary()))


def _answers(session: Session, canary: Canaries) -> None:
    lookup = canary()
    session.add(Draft(lookup=lookup, wave_id="w-open", ciphertext=canary.raw(), expires_on=SOON))
    session.flush()
    session.add(ReturnCode(lookup=canary(), draft=lookup, wrapped_key=canary.raw()))
    session.add(SubmissionReceipt(receipt=canary(), expires_on=SOON))
    session.add(SealedAnswer(id=canary(), wave_id="w-open", ciphertext=canary.raw(), cell=canary()))
    for _ in range(13):
        session.add(
            Response(
                id=canary(),
                wave_id="w-open",
                language="en",
                source="open",
                mode="web",
                answers={canary(): canary()},
            )
        )
    session.add(
        OpenAnswer(id=canary(), wave_id="w-open", question="own_words", language="en", body=canary())
    )
    session.add(
        PaperForm(wave_id="w-open", number=7, state="once", language="en", first_keyed=canary.raw())
    )


def _sample(session: Session, canary: Canaries) -> None:
    for wave in ("w-open", "w-closed"):
        session.add(
            InvitationSample(
                wave_id=wave, addresses=3, expected_percent=20, languages=["en"], imported_on=TODAY
            )
        )
        cell = canary()
        session.add(
            InvitationCell(id=cell, wave_id=wave, stratum=canary(), base_weight=1.0, addresses=3)
        )
        session.flush()
        for number in (1, 2, 3):
            session.add(
                InvitationCase(
                    wave_id=wave,
                    number=number,
                    digest=canary(),
                    cell_id=cell,
                    psu=canary(),
                    base_weight=1.0,
                    batch=canary(),
                    used=number < 3,
                )
            )


def meeting(key: str, **more: object) -> CommunitySession:
    known: dict[str, object] = {
        "id": key,
        "kind": "town_hall",
        "held_on": TODAY,
        "place": "Cherry Hill library",
        "attendance": 40,
        "languages": ["en"],
        "state": "finalised",
        "finalised_on": TODAY,
    }
    return CommunitySession(**{**known, **more})


def comment(key: str, session_id: str, **more: object) -> Comment:
    known: dict[str, object] = {
        "id": key,
        "session_id": session_id,
        "source": "typed",
        "language": "en",
        "plain_body": "words",
    }
    return Comment(**{**known, **more})


def _meetings(session: Session, canary: Canaries) -> None:
    session.add(meeting("m-hall"))
    session.add(meeting("m-youth", youth=True, guardians_agreed=True))
    session.add(meeting("m-few", attendance=7))
    session.add(meeting("m-open", place=canary(), state="draft", finalised_on=None))
    session.flush()
    session.add(comment("c1", "m-hall", plain_body=SAID, speaker_group="official"))
    session.add(comment("c2", "m-hall", plain_body=canary(), speaker_group="young_person"))
    session.add(comment("c3", "m-youth", plain_body=canary(), plain_english=canary()))
    session.add(comment("c4", "m-few", plain_body=canary()))
    session.add(comment("c5", "m-open", plain_body=None, sealed=canary.raw(), position=1))
    session.add(
        SessionSummary(session_id="m-hall", language="en", body=canary(), written_by="administrator")
    )
    session.add(RoomComment(id=canary(), session_id="m-open", language="en", sealed=canary.raw()))
    session.add(StagedImport(id=canary(), session_id="m-open", sealed=canary.raw(), expires_on=SOON))
    session.add(HandOff(id=canary(), session_id="m-hall", door=canary(), role="facilitator"))


def _desk(session: Session, canary: Canaries, boss: StaffAccount) -> None:
    draft = "e-draft"
    session.add(
        Edition(
            id=draft,
            wave_id="w-closed",
            year=TODAY.year,
            number=1,
            snapshot=canary(),
            wording=canary(),
            sha256=canary(),
            built_by=boss.id,
            built_on=TODAY,
        )
    )
    for key, subject, body in (
        ("r1", "instrument-2026", "Say neighborhood, not area."),
        ("r2", f"report-{draft}", canary()),
    ):
        session.add(Remark(id=key, subject=subject, body=body, author_id="partner", made_on=TODAY))
    session.add(
        DataAgreement(
            id="agreed",
            wave_id="w-closed",
            institution="A university",
            purpose="To study",
            made_by=boss.id,
            made_on=TODAY,
            expires_on=SOON,
            approved_by="other",
            approved_on=TODAY,
            code_sha256=canary(),
        )
    )
    session.flush()
    session.add(
        RestrictedFile(
            agreement_id="agreed",
            body=canary.raw(),
            sha256=canary(),
            rows=1,
            made_on=TODAY,
            expires_on=SOON,
        )
    )
    session.add(
        LegalHold(
            id="h",
            matter=canary(),
            reason=f"{canary()} asked by letter",
            kinds=["jobs"],
            placed_by=boss.id,
            placed_on=TODAY,
        )
    )
    session.add(Job(id="j", kind="k", arguments={"file": canary()}, created_at=now(), message=canary()))
    session.add(
        LanguageReview(
            id=canary(),
            number=1,
            language="es",
            domain="instrument",
            reviewed_by=canary(),
            reviewed_on=date(2026, 1, 1),
            recorded_on=TODAY,
            sha256=canary(),
            messages={canary(): canary()},
            changes=[],
        )
    )


def texts(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, body in files.items():
        yield name, body.decode("utf-8-sig")
