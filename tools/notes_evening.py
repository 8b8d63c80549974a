"""One facilitator's evening: sixty real comments, three cuts in mid-typing, one reload, a slow laptop.

    .venv/bin/python tools/notes_evening.py --shared ../shared [--comments 60] [--slower 4]

Drives a real Chromium against the real server. Types comments of Polis (CC BY 4.0, English) and of
Decide Madrid (Spanish) key by key; the network is cut three times in the middle of a comment, and the
page is loaded again once with a comment half typed. Tells how many are stored, keystrokes beyond the
text, and the time from Enter until the field is empty, focused and painted, at a CPU slowed down by
`--slower`.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from city import chromium  # noqa: E402
from playwright.sync_api import Page, expect  # noqa: E402
from sqlalchemy import select  # noqa: E402

from survey_app.accounts.services import create_account  # noqa: E402
from survey_app.community.models import Comment  # noqa: E402
from survey_app.community.text import clean_text  # noqa: E402
from tests.journeys.notebook import open_notes, painted  # noqa: E402
from tests.journeys.server import Server, running_server  # noqa: E402

SOURCES = (
    ("en", "data/comments/polis/15-per-hour-seattle/comments.csv", "comment-body"),
    ("es", "data/comments/decide_madrid_es/decide_madrid_2019_comments.csv", "text"),
)
#: From the key event of Enter until the frame in which the field is empty and focused has been painted.
MEASURE = """() => {
  window.ready = [];
  const field = document.getElementById('note-body');
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== field) return;
    const from = event.timeStamp;
    requestAnimationFrame(() => setTimeout(() => {
      if (document.activeElement === field) window.ready.push(performance.now() - from);
    }));
  }, true);
  window.keys = 0;
  document.addEventListener('keydown', (event) => {
    if (event.key.length > 1 && event.key !== 'Shift') window.keys += 1; // not a letter of the text
  }, true);
}"""


def comments(shared: Path, count: int) -> list[tuple[str, str]]:
    """(language, text): half of each source, drawn with a fixed seed, of a length that is spoken."""
    found: list[tuple[str, str]] = []
    for language, path, column in SOURCES:
        with (shared / path).open(encoding="utf-8", newline="") as stream:
            texts = [clean_text(row[column] or "") for row in csv.DictReader(stream)]
        fit = sorted({" ".join(text.split()) for text in texts if 30 <= len(text) <= 240})
        drawn = random.Random(20261126).sample(fit, min(len(fit), count - count // 2))
        found += [(language, text) for text in drawn]
    return found[:count]


def stored(server: Server) -> list[str]:
    with server.database.session(read_only=True) as session:
        return sorted(one.body for one in session.scalars(select(Comment)))


def type_evening(page: Page, said: list[tuple[str, str]]) -> tuple[int, list[float]]:
    """Type them all; (keystrokes beyond the text, milliseconds from Enter to ready)."""
    cuts = {len(said) // 5, len(said) // 2, 4 * len(said) // 5}
    reload_at = len(said) // 3
    keys, ready = 0, []
    spoken = "en"
    page.evaluate(MEASURE)
    for number, (language, text) in enumerate(said):
        if language != spoken:
            page.get_by_label("Language of this note").select_option(language)
            page.locator("#note-body").focus()
            spoken = language
        half = len(text) // 2
        page.keyboard.type(text[:half])
        if number in cuts:
            page.context.set_offline(True)
            print(f"  cut in the middle of comment {number + 1}", flush=True)
        page.keyboard.type(text[half:])
        if number == reload_at:
            keys += page.evaluate("window.keys")
            ready += page.evaluate("window.ready")
            page.wait_for_timeout(300)
            page.reload()
            expect(page.locator("#note-body")).to_have_value(text)
            page.evaluate(MEASURE)
            page.locator("#note-body").focus()
            print(f"  reload with comment {number + 1} half typed", flush=True)
        page.keyboard.press("Enter")
        if number - 2 in cuts:
            page.context.set_offline(False)
    page.context.set_offline(False)
    painted(page)
    expect(page.locator(".note-card.waiting")).to_have_count(0, timeout=60_000)
    return keys + page.evaluate("window.keys"), ready + page.evaluate("window.ready")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--comments", type=int, default=60)
    parser.add_argument("--slower", type=int, default=4)
    chosen = parser.parse_args()
    said = comments(chosen.shared, chosen.comments)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        with server.app.app_context(), server.database.transaction() as session:
            create_account(
                session,
                sign_in_name="evening",
                display_name="Evening",
                role="facilitator",
                password="evening-evening",  # noqa: S106 - of a server that ends with this program
            )
        with chromium() as browser:
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            page.on("dialog", lambda dialog: dialog.accept())
            open_notes(page, server, "evening", ("en", "es"), password="evening-evening")  # noqa: S106
            page.context.new_cdp_session(page).send(
                "Emulation.setCPUThrottlingRate", {"rate": chosen.slower}
            )
            keys, ready = type_evening(page, said)
        texts = sorted(text for _language, text in said)
        once = stored(server) == texts
        print(f"{len(texts)} typed, {len(stored(server))} stored, each once and as typed: {once}")
        print(f"keystrokes beyond the text, per comment: {keys / len(texts):.2f}")
        print(
            f"Enter to ready at CPU x{chosen.slower}: median {statistics.median(ready):.1f} ms, "
            f"95th percentile {statistics.quantiles(ready, n=20)[-1]:.1f} ms, n {len(ready)}"
        )
        if not once:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
