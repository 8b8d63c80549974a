"""What was published stays: no statement changes, removes or replaces it, on either database."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey_app import schema
from survey_app.problems import BadInputProblem, ConflictProblem, NotAllowedProblem
from survey_app.reports import queries
from survey_app.reports.services.editions import approve_edition, publish_edition
from tests.survey_app.reports.conftest import City


def refused(city: City, statement: str, **values: object) -> None:
    with pytest.raises(DBAPIError), city.database.transaction() as session:
        session.execute(text(statement), values)


@pytest.fixture
def published(city: City) -> str:
    edition = city.store()
    with city.app.app_context():
        with city.database.transaction() as session:
            approve_edition(session, edition, actor=city.publisher)
        with city.database.transaction() as session:
            publish_edition(session, edition, actor=city.publisher)
    return edition


def content(city: City, edition: str) -> tuple[object, ...]:
    with city.database.session(read_only=True) as session:
        row = session.execute(text("SELECT * FROM editions WHERE id = :id"), {"id": edition}).one()
        files = session.execute(
            text("SELECT name, sha256 FROM edition_files WHERE edition_id = :id ORDER BY name"),
            {"id": edition},
        ).all()
        return (*row, *files)


def test_no_statement_changes_or_removes_a_published_edition(city: City, published: str) -> None:
    before = content(city, published)
    for assignment in (
        "snapshot = '{}'",
        "state = 'draft', approved_by = NULL, published_by = NULL, published_on = NULL",
        "published_on = '2020-01-01'",
        "correction = 'nothing'",
        "year = 1999",
        "sha256 = ''",
    ):
        refused(city, f"UPDATE editions SET {assignment}")  # noqa: S608 - fixed text
    refused(city, "DELETE FROM editions")
    refused(city, "DELETE FROM edition_files")
    refused(city, "UPDATE edition_files SET body = body")
    refused(
        city,
        "INSERT INTO edition_files (edition_id, name, media_type, body, sha256) "
        "VALUES (:id, 'more.csv', 'text/csv', 'x', 'y')",
        id=published,
    )
    assert content(city, published) == before


def test_the_side_doors_are_closed_too(city: City, published: str) -> None:
    before = content(city, published)
    if city.database.engine.dialect.name == "postgresql":
        refused(city, "TRUNCATE edition_files")
        refused(city, "TRUNCATE editions CASCADE")
    else:
        columns = (
            "id, wave_id, year, number, state, demo, snapshot, wording, sha256, built_by, built_on, "
            "correction"
        )
        same = columns.replace("state", "'draft'").replace("snapshot", "'{}'")
        refused(city, f"REPLACE INTO editions ({columns}) SELECT {same} FROM editions")  # noqa: S608
        refused(
            city,
            "REPLACE INTO edition_files SELECT edition_id, name, media_type, 'x', sha256 "
            "FROM edition_files",
        )
        draft = city.store(correction="The district of twelve addresses")
        refused(city, "UPDATE OR REPLACE editions SET number = 1 WHERE id = :id", id=draft)
    assert content(city, published) == before


def test_an_edition_cannot_be_born_published_nor_skip_its_approval(city: City) -> None:
    edition = city.store()
    refused(
        city,
        "UPDATE editions SET state = 'published', approved_by = 'b', published_by = 'b', "
        "published_on = '2026-01-01' WHERE id = :id",
        id=edition,
    )
    refused(
        city,
        "INSERT INTO editions (id, wave_id, year, number, state, demo, snapshot, wording, sha256, "
        "built_by, built_on, approved_by, published_by, published_on, correction) "
        "SELECT 'x', wave_id, 1999, 1, 'published', demo, snapshot, wording, sha256, built_by, "
        "built_on, 'b', 'b', built_on, '' FROM editions",
    )


def test_the_database_itself_wants_a_second_person(city: City) -> None:
    edition = city.store()
    refused(
        city,
        "UPDATE editions SET state = 'approved', approved_by = built_by WHERE id = :id",
        id=edition,
    )
    refused(city, "UPDATE editions SET built_by = 'somebody else' WHERE id = :id", id=edition)


def test_the_builder_may_not_approve(city: City) -> None:
    edition = city.store()
    with city.app.app_context(), city.database.session() as session:
        with pytest.raises(NotAllowedProblem, match="second person"):
            approve_edition(session, edition, actor=city.analyst)
        with pytest.raises(ConflictProblem, match="approved"):
            publish_edition(session, edition, actor=city.publisher)


def test_a_draft_changed_behind_our_back_is_not_approved(city: City) -> None:
    """Files can be added to a draft, but its digest then no longer fits."""
    edition = city.store()
    with city.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO edition_files (edition_id, name, media_type, body, sha256) "
                "VALUES (:id, 'extra.csv', 'text/csv', :body, 'y')"
            ),
            {"id": edition, "body": b"x"},
        )
    with (
        city.app.app_context(),
        city.database.session() as session,
        pytest.raises(ConflictProblem, match="changed after it was built"),
    ):
        approve_edition(session, edition, actor=city.publisher)


def test_a_correction_is_a_new_edition_that_names_the_old_and_says_what(
    city: City, published: str
) -> None:
    with city.app.app_context(), pytest.raises(BadInputProblem, match="what this edition corrects"):
        city.store()
    second = city.store(correction="The district of twelve addresses")
    with city.app.app_context():
        with city.database.transaction() as session:
            approve_edition(session, second, actor=city.publisher)
            edition = publish_edition(session, second, actor=city.publisher)
            assert (edition.number, edition.corrects_id) == (2, published)
        with city.database.session(read_only=True) as session:
            assert queries.find_published(session, 2025).id == second
            assert queries.find_edition(session, published).number == 1


def test_the_migration_goes_down_and_up_again(city: City, published: str) -> None:
    schema.downgrade(city.database.engine, "0003")
    schema.upgrade(city.database.engine)
    with city.database.engine.connect() as connection:
        assert schema.drift(connection) == []
        assert connection.execute(text("SELECT count(*) FROM editions")).scalar() == 0
    assert published != city.store()


def test_building_again_replaces_what_was_not_published(city: City) -> None:
    first, second = city.store(), city.store()
    with city.database.session(read_only=True) as session:
        ids = session.execute(text("SELECT id FROM editions")).scalars().all()
    assert ids == [second]
    assert first != second
