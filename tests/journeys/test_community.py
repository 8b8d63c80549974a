"""A facilitator's evening in a real browser: types, accepts, changes, loses the network, goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from survey_app.community import services
from survey_app.community.models import DecidedTheme, ThemeDecision
from tests.journeys.notebook import (  # noqa: F401 - two are fixtures
    SAID,
    all_saved,
    facilitator_name,
    facilitator_page,
    left_on_the_device,
    look,
    only_reading,
    open_notes,
    stored,
    type_notes,
)
from tests.journeys.server import Server

pytestmark = pytest.mark.browser


def test_five_notes_and_their_themes(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    type_notes(page, *SAID)
    all_saved(page)
    expect(page.get_by_label("What was said")).to_be_focused()
    expect(page.locator("#said")).to_have_text("5 comments")
    assert [one.body for one in stored(server, page)] == list(SAID)
    look(page)

    shot = page.locator(".note-card", has_text="Two boys")
    expect(shot.locator("q").first).to_contain_text("shot")
    shot.get_by_role("button", name="Accept").click()
    expect(shot.locator(".decided")).to_contain_text("Gun violence")

    hello = page.locator(".note-card", has_text="Good evening")
    hello.get_by_role("link", name="Other themes").click()
    hello.get_by_text("Community and neighbors").click()
    hello.get_by_text("No theme fits").click()
    assert hello.locator("input:checked").count() == 1, "'no theme fits' stands alone"
    look(page)
    hello.get_by_role("button", name="Save themes").click()
    expect(hello.locator(".decided")).to_contain_text("No theme fits")
    hello.get_by_role("link", name="Change themes").click()
    hello.get_by_text("Cannot tell").click()
    hello.get_by_role("button", name="Save themes").click()
    expect(hello.locator(".decided")).to_have_text("Themes: Cannot tell")

    ids = [one.id for one in stored(server, page)]
    with server.database.session(read_only=True) as session:
        rows = session.execute(
            select(DecidedTheme.comment_id, DecidedTheme.code, ThemeDecision.role)
            .join(ThemeDecision, ThemeDecision.comment_id == DecidedTheme.comment_id)
            .where(DecidedTheme.comment_id.in_(ids))
        )
        assert {tuple(row) for row in rows} == {
            (ids[0], "gun_violence", "facilitator"),
            (ids[4], "unclear", "facilitator"),
        }


def test_the_whole_evening_by_keyboard(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    type_notes(page, SAID[0])
    page.keyboard.type("First line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    all_saved(page)
    assert stored(server, page)[1].body == "First line\nsecond line"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    card = page.locator(".note-card").nth(1)
    expect(card.locator("input[type=checkbox]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.locator(".decided")).to_contain_text("Gun violence")
    expect(page.get_by_label("What was said")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_label("What was said")).to_be_focused()


def test_a_phone_number_is_marked_without_stopping_the_typist(
    page: Page, server: Server, name: str
) -> None:
    open_notes(page, server, name)
    type_notes(page, "Call my mother on 410-555-0123 about it.", SAID[1])
    all_saved(page)
    expect(page.get_by_label("What was said").first).to_be_focused()
    card = page.locator(".note-card", has_text="Call my mother")
    expect(card.locator("[data-body] mark")).to_have_text("410-555-0123")
    look(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    expect(card.locator("mark")).to_have_count(0)
    assert [one.body for one in stored(server, page)] == [
        "Call my mother on [phone] about it.",
        SAID[1],
    ]


def test_what_may_lead_to_a_person_is_marked_while_it_is_typed(
    page: Page, server: Server, name: str
) -> None:
    open_notes(page, server, name, languages=("en", "es"))
    marks = page.locator("#capture .field", has=page.locator("#note-body")).locator("[data-marks]")
    page.keyboard.type("Call my mother on 410-555-0123 about the 311 request")
    expect(marks.locator("mark")).to_have_text("410-555-0123")
    expect(marks).to_contain_text("This looks like a phone number")
    look(page)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("La señora Gómez vive aquí")
    expect(marks.locator("mark")).to_have_count(0)
    page.get_by_label("Language of this note").select_option("es")
    expect(marks.locator("mark")).to_have_text("Gómez")
    expect(marks).to_contain_text("This looks like a name")
    page.get_by_label("What was said").fill(SAID[1])
    page.keyboard.press("Enter")
    all_saved(page)
    expect(marks).to_be_empty()
    assert [one.body for one in stored(server, page)] == [SAID[1]]


def test_a_dead_network_loses_no_note_and_doubles_none(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    lost = []

    def lose_the_answer(route: Route) -> None:
        """The first note reaches the server and its answer never comes back; then nothing goes."""
        if route.request.method != "POST":
            route.continue_()
            return
        if not lost:
            route.fetch()
        lost.append(route.request.url)
        route.abort()

    page.route("**/notes", lose_the_answer)
    type_notes(page, *SAID)
    expect(page.locator(".note-card.waiting")).to_have_count(5)
    expect(page.locator("#state")).to_contain_text("Kept on this device")
    page.unroute("**/notes")
    all_saved(page)
    assert [one.body for one in stored(server, page)] == list(SAID)


def test_notes_survive_cuts_in_mid_typing_and_a_reload(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    page.on("dialog", lambda dialog: dialog.accept())
    said = [f"{text} Row {number}." for number in range(3) for text in SAID[:4]]
    for number, text in enumerate(said):
        cut = number in {2, 5, 9}
        page.keyboard.type(text[:10])
        if cut:
            page.context.set_offline(True)
        page.keyboard.type(text[10:])
        if number == 7:  # two notes wait to be sent, a third is half typed, and the page is gone
            page.wait_for_timeout(200)
            page.route("**/notes", only_reading)
            page.context.set_offline(False)
            page.reload()
            expect(page.get_by_label("What was said")).to_have_value(text)
            for waiting in said[5:7]:
                expect(page.locator(".note-card.waiting", has_text=waiting)).to_have_count(1)
            page.unroute("**/notes")
            page.get_by_label("What was said").focus()
            page.keyboard.press("End")
        page.keyboard.press("Enter")
        if number in {3, 10}:
            page.context.set_offline(False)
    all_saved(page)
    expect(page.locator("#said")).to_have_text("12 comments")
    expect(page.locator(".note-card")).to_have_count(12)
    assert sorted(one.body for one in stored(server, page)) == sorted(said)
    assert left_on_the_device(page) == 0


def test_a_note_half_typed_in_another_tab_stays_there_until_it_is_closed(
    page: Page, server: Server, name: str
) -> None:
    open_notes(page, server, name)
    page.keyboard.type(SAID[0])
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_timeout(300)
    expect(other.get_by_label("What was said")).to_have_value("")
    page.close()
    other.reload()
    expect(other.get_by_label("What was said")).to_have_value(SAID[0])
    other.get_by_label("What was said").press("Enter")
    all_saved(other)
    assert [one.body for one in stored(server, other)] == [SAID[0]]
    assert left_on_the_device(other) == 0


def test_signed_out_in_mid_sentence(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    type_notes(page, SAID[0])
    all_saved(page)
    kept = page.context.cookies()
    page.context.clear_cookies()
    type_notes(page, SAID[1])
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.context.add_cookies(kept)
    page.get_by_role("button", name="Try again").click()
    all_saved(page)
    assert [one.body for one in stored(server, page)] == list(SAID[:2])


def test_original_and_english_side_by_side(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name, languages=("es", "ar"))
    english = page.get_by_label("In English, as interpreted")
    expect(english).to_be_hidden()
    page.get_by_label("Language of this note").select_option("ar")
    page.get_by_label("What was said").fill("قتلوا شابين قرب المحل")
    english.fill("They killed two young men near the shop.")
    page.keyboard.press("Enter")
    all_saved(page)
    card = page.locator(".note-card")
    expect(card.locator("p[lang=ar]")).to_have_attribute("dir", "rtl")
    expect(card.locator("p[lang=en]")).to_contain_text("They killed two young men")
    look(page)
    assert stored(server, page)[0].english == "They killed two young men near the shop."


def test_finalised_in_the_middle_by_somebody_else(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    type_notes(page, SAID[0])
    all_saved(page)
    session_id = page.url.split("/sessions/")[1].split("/")[0]
    with server.app.app_context(), server.database.transaction() as session:
        services.finalise(session, session_id)
    type_notes(page, SAID[1])
    expect(page.locator("#state")).to_contain_text("This session is finalised")
    with server.app.app_context(), server.database.transaction() as session:
        services.reopen(session, session_id)
    page.get_by_role("button", name="Try again").click()
    all_saved(page)
    assert {one.body for one in stored(server, page)} == set(SAID[:2])
