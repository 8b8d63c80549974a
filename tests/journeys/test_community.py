"""A facilitator's evening in a real browser: types, accepts, changes, loses the network, goes on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from survey_app.accounts.services import create_account
from survey_app.community import services
from survey_app.community.models import Comment, DecidedTheme, ThemeDecision
from tests.html import problems
from tests.journeys.server import Server

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
SAID = (
    "Two boys were shot by the carry-out last week.",
    "The alley behind us is full of trash and nobody picks it up.",
    "Keep the recreation center open until ten.",
    "The officer spoke to my neighbor with respect.",
    "Good evening everybody.",
)


@pytest.fixture
def name(server: Server) -> str:
    """The sign-in name (and password) of a fresh facilitator."""
    name = f"facilitator-{secrets.token_hex(6)}"
    with server.app.app_context(), server.database.transaction() as session:
        create_account(
            session, sign_in_name=name, display_name="Fay", role="facilitator", password=name
        )
    return name


@pytest.fixture(params=["phone", "laptop"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    size = PHONE if request.param == "phone" else {"width": 1280, "height": 800}
    context = browser.new_context(viewport=size)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "console",
        lambda line: failures.append(line.text) if "Content Security" in line.text else None,
    )
    yield page
    context.close()
    assert failures == []


def open_notes(page: Page, server: Server, name: str, languages: tuple[str, ...] = ("en",)) -> None:
    """Sign in, create a session, read the opening statement: by keyboard where it matters."""
    page.goto(f"{server.url}/en/staff/sessions/new")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(name)
    page.keyboard.press("Enter")
    page.get_by_label("Kind of session").select_option("listening_session")
    page.get_by_label("Date").fill("2026-05-12")
    page.get_by_label("Place").fill("Cherry Hill library")
    for language in languages:
        page.locator(f"input[name=languages][value={language}]").check()
    page.get_by_label("People in the room").fill("40")
    look(page)
    page.get_by_role("button", name="Save").click()
    look(page)
    page.get_by_role("button", name="Start taking notes").click()
    expect(page.get_by_label("What was said")).to_be_focused()
    expect(page.locator("#keys:not([hidden])")).to_have_count(1)  # the script is there
    look(page)


def look(page: Page) -> None:
    """What must hold on every page somebody sees, small targets and sideways scrolling included."""
    assert problems(page.content(), language="en", direction="ltr") == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    small = page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)]
        .filter((item) => item.checkVisibility())
        .filter((item) => item.getBoundingClientRect().height < 44)
        .map((item) => item.outerHTML)""",
        "main button, main .choice, main select, main textarea, main .chips label, .note-card a",
    )
    assert small == [], page.url


def stored(server: Server, page: Page) -> list[Comment]:
    """The notes that are not taken out, opened with the key of their session, in their order."""
    session_id = page.url.split("/sessions/")[1].split("/")[0]
    with server.database.session(read_only=True) as session:
        found = list(
            session.scalars(
                select(Comment)
                .where(Comment.session_id == session_id, Comment.removed == 0)
                .order_by(Comment.position)
            )
        )
        assert all(one.words for one in found)
        return found


def type_notes(page: Page, *texts: str) -> None:
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def all_saved(page: Page) -> None:
    expect(page.locator(".note-card.waiting")).to_have_count(0, timeout=20_000)


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


def test_edit_undo_split_merge_and_take_out_by_keyboard(page: Page, server: Server, name: str) -> None:
    open_notes(page, server, name)
    page.keyboard.press("Alt+Digit2")
    page.keyboard.press("Alt+Shift+Digit1")
    type_notes(page, SAID[0], "Fix the lights. Clean the alley.")
    all_saved(page)
    assert [(one.prompt, one.speaker_group) for one in stored(server, page)] == [
        ("safe_where", "resident"),
        ("safe_where", None),
    ]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    page.keyboard.press("Control+Home")
    for _ in "Fix the lights.":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note-card")).to_have_count(3)
    all_saved(page)
    bodies = [one.body for one in stored(server, page)]
    assert bodies == [SAID[0], "Fix the lights.", "Clean the alley."]
    page.keyboard.press("Control+z")
    expect(page.locator(".note-card")).to_have_count(2)
    all_saved(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    look(page)
    page.keyboard.press("End")
    page.keyboard.type(" Soon.")
    page.keyboard.press("Enter")
    all_saved(page)
    assert stored(server, page)[1].body == "Fix the lights. Clean the alley. Soon."
    page.keyboard.press("ArrowDown")
    page.keyboard.press("m")
    expect(page.locator(".note-card:visible")).to_have_count(1)
    all_saved(page)
    assert [one.body for one in stored(server, page)] == [
        f"{SAID[0]}\nFix the lights. Clean the alley. Soon."
    ]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".note-card:visible")).to_have_count(2)
    all_saved(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator(".note-card:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".note-card:visible")).to_have_count(2)
    all_saved(page)
    assert len(stored(server, page)) == 2


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


def only_reading(route: Route) -> None:
    if route.request.method == "GET":
        route.continue_()
    else:
        route.abort()


def left_on_the_device(page: Page) -> int:
    """Notes that the browser still keeps, once what it is doing is done."""
    page.wait_for_timeout(200)
    count: int = page.evaluate(
        """() => new Promise((done) => {
          const open = indexedDB.open('session-notes', 2);
          open.onsuccess = () => {
            const count = open.result.transaction('notes').objectStore('notes').count();
            count.onsuccess = () => done(count.result);
          };
        })"""
    )
    return count


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
