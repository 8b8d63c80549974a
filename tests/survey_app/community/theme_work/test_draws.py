"""Two read a draw blind; what they agree on stands, what they differ on is settled by a person."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.themes.draw import draw as draw_again
from survey_app.accounts.models import StaffAccount
from survey_app.accounts.services import create_account
from survey_app.community.models import ThemeDecision
from survey_app.community.theme_work import services
from survey_app.community.theme_work.collections import of_year
from survey_app.community.theme_work.figures import draw_figures
from survey_app.community.theme_work.models import BlindCoding, DrawReader, ThemeDraw
from survey_app.community.theme_work.queries import (
    codings_of,
    count_draw,
    list_coded,
    list_collected,
    list_disagreements,
    list_drawn,
)
from survey_app.problems import BadInputProblem, ConflictProblem, NotAllowedProblem


def person(session: Session, role: str = "analyst") -> StaffAccount:
    name = f"p-{secrets.token_hex(4)}"
    return create_account(
        session, sign_in_name=name, display_name=name, role=role, password=secrets.token_hex(12)
    )


@pytest.fixture
def drawn(app: Flask, session: Session, heard: str) -> ThemeDraw:
    with app.app_context():
        return services.create_draw(session, collection=of_year(2026), size=40, actor=None)


def read_all(
    session: Session, draw: ThemeDraw, account: StaffAccount, codes: dict[str, set[str]] | None = None
) -> None:
    services.join_draw(session, draw.id, account)
    for one in list_drawn(session, draw.id):
        given = (codes or {}).get(one.comment_id, {"neighborhood_upkeep"})
        services.code_blind(session, draw.id, one.comment_id, given, account=account)


def test_the_draw_can_be_repeated_from_its_record(
    app: Flask, session: Session, drawn: ThemeDraw
) -> None:
    comments = list_collected(session, of_year(2026))
    again = draw_again(
        [one.id for one in comments],
        [f"{one.language}, {one.kind}" for one in comments],
        40,
        seed=drawn.seed,
        minimum=services.PER_STRATUM,
    )
    kept = list_drawn(session, drawn.id)
    assert [one.comment_id for one in kept] == [one.id for one in again.comments]
    assert [one.probability for one in kept] == [one.probability for one in again.comments]
    assert sum(1 / one.probability for one in kept) == pytest.approx(60)


def test_a_size_that_cannot_be_is_refused(app: Flask, session: Session, heard: str) -> None:
    with app.app_context():
        for size in (0, 29, 61):
            with pytest.raises(BadInputProblem, match="between 30 and 60"):
                services.create_draw(session, collection=of_year(2026), size=size, actor=None)


def test_one_person_cannot_be_both_readers_and_a_third_cannot_join(
    app: Flask, session: Session, drawn: ThemeDraw
) -> None:
    with app.app_context():
        first, second, third = (person(session) for _ in range(3))
        assert services.join_draw(session, drawn.id, first) == "A"
        assert services.join_draw(session, drawn.id, first) == "A"
        assert services.join_draw(session, drawn.id, second) == "B"
        with pytest.raises(ConflictProblem):
            services.join_draw(session, drawn.id, third)
        comment = list_drawn(session, drawn.id)[0].comment_id
        with pytest.raises(NotAllowedProblem):
            services.code_blind(session, drawn.id, comment, {"none"}, account=third)
        session.flush()
        with pytest.raises(IntegrityError):
            session.execute(
                DrawReader.__table__.insert().values(draw_id=drawn.id, reader="B", account_id=first.id)
            )


def test_agreement_stands_at_once_and_a_difference_waits_for_a_person(
    app: Flask, session: Session, drawn: ThemeDraw
) -> None:
    with app.app_context():
        a, b = person(session), person(session, "facilitator")
        odd = list_drawn(session, drawn.id)[3].comment_id
        read_all(session, drawn, a)
        read_all(session, drawn, b, {odd: {"neighborhood_upkeep", "youth_and_schools"}})
        progress = count_draw(session, drawn)
        assert (progress.both, progress.settled, progress.differing) == (40, 39, 1)
        ((comment, _),) = list_disagreements(session, drawn.id)
        assert comment.id == odd
        # Everything is read: nobody can tell any more who held which slot.
        assert set(session.scalars(select(DrawReader.account_id))) == {None}
        services.adjudicate(session, drawn.id, odd, {"youth_and_schools"}, role="analyst")
        row = session.get(BlindCoding, (drawn.id, odd, "final"))
        assert row is not None
        assert row.adjudicated
        assert (row.codes, row.role) == (["youth_and_schools"], "analyst")
        assert codings_of(session, drawn.id)[odd]["A"] == {"neighborhood_upkeep"}
        decision = session.get(ThemeDecision, odd)
        assert decision is not None
        assert [one.code for one in decision.themes] == ["youth_and_schools"]


def test_what_both_have_read_can_no_longer_be_changed_by_one(
    app: Flask, session: Session, drawn: ThemeDraw
) -> None:
    with app.app_context():
        a, b = person(session), person(session)
        services.join_draw(session, drawn.id, a)
        services.join_draw(session, drawn.id, b)
        one = list_drawn(session, drawn.id)[0].comment_id
        services.code_blind(session, drawn.id, one, {"reentry"}, account=a)
        services.code_blind(session, drawn.id, one, {"none"}, account=a)
        services.code_blind(session, drawn.id, one, {"reentry"}, account=b)
        with pytest.raises(ConflictProblem, match="Differences"):
            services.code_blind(session, drawn.id, one, {"reentry"}, account=a)


def test_shares_rest_on_the_settled_beginning_and_name_the_machine_apart(
    app: Flask, session: Session, drawn: ThemeDraw
) -> None:
    with app.app_context():
        a, b = person(session), person(session)
        trash = {one.id for one in list_collected(session, of_year(2026))[:20]}
        codes = {
            one.comment_id: {"neighborhood_upkeep"} if one.comment_id in trash else {"none"}
            for one in list_drawn(session, drawn.id)
        }
        late = list_drawn(session, drawn.id)[35].comment_id
        read_all(session, drawn, a, codes)
        read_all(session, drawn, b, codes | {late: {"unclear"}})
        figures = draw_figures(session, drawn)
        assert figures.settled == 35
        upkeep = next(one for one in figures.themes if one.code == "neighborhood_upkeep")
        assert upkeep.share is not None
        assert upkeep.share.codes == 35
        # Whether it holds 20 of 60 is chance, one time in twenty: the studies look at that.
        assert 0 <= upkeep.share.low < upkeep.share.high <= 1
        assert upkeep.agreement.alpha is not None
        assert upkeep.agreement.alpha > 0.9
        assert upkeep.share.standing.shown


def test_the_machine_never_learns_from_what_tests_it(
    app: Flask, session: Session, drawn: ThemeDraw
) -> None:
    with app.app_context():
        a, b = person(session), person(session)
        read_all(session, drawn, a)
        read_all(session, drawn, b)
        assert list_coded(session) == []
