"""Residents who go on answering while tools/faults.py breaks what they answer to.

Each sends a whole survey whose answers spell its number. When something fails, they do what people
do: they press the button of the error page, or send the same again, until it works. What a page told
them is kept: only who got the thank-you page counts as acknowledged.
"""

from __future__ import annotations

import asyncio
import gettext
import html
import random
import re
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass, field

from survey_app.i18n import TRANSLATIONS, languages
from survey_app.languages.models import INTERFACE
from tools.faults_ground import DIGITS, City, digits
from tools.plain_http import Connection, Reply

#: Seconds after which a resident gives up a request, and a survey.
PATIENCE, LONGEST = 15.0, 600.0
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_QUESTION = re.compile(r'name="([a-z_0-9]+)"')


@dataclass
class Heard:
    """What all residents were told so far. Written by their thread, read by the other."""

    acknowledged: set[int] = field(default_factory=set)
    #: surveys that were told to have nothing unfinished, after something failed
    unsure: set[int] = field(default_factory=set)
    #: a survey that took too long, and what it heard last
    given_up: dict[int, str] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    #: error pages that were not in the resident's language, or did not keep what was typed
    wrong_pages: list[str] = field(default_factory=list)
    begun: int = 0
    sent_again: int = 0
    started_over: int = 0


class Residents:
    """`count` residents at a time, one survey after the other, in a thread of their own."""

    def __init__(self, city: City, heard: Heard, chance: random.Random, *, count: int) -> None:
        self.city, self.heard, self.chance, self.count = city, heard, chance, count
        self.under_way: set[int] = set()
        #: set each time a submission goes on its way
        self.sending = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let everybody finish what they began."""
        self._stopping = True
        self._thread.join(timeout=LONGEST + 30)

    async def _all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _one in range(self.count):
                group.create_task(self._one_after_another())

    async def _one_after_another(self) -> None:
        while not self._stopping:
            self.heard.begun += 1
            number = self.heard.begun
            chance = random.Random(self.chance.random())
            resident = Resident(self, number, chance)
            try:
                # Not wait_for: within another it may lose the cancellation, and then waits for ever.
                async with asyncio.timeout(LONGEST):
                    await resident.take()
            except TimeoutError:
                self.heard.given_up[number] = resident.last
            except Exception as error:  # a resident must not take the others along
                self.heard.given_up[number] = f"{resident.last}: {error!r}"
            finally:
                self.under_way.discard(number)
                resident.line.close()


class Resident:
    def __init__(self, all_: Residents, number: int, chance: random.Random) -> None:
        self.all, self.heard, self.number, self.chance = all_, all_.heard, number, chance
        self.language = chance.choice(all_.city.languages)
        self.base = f"/{self.language}/survey"
        self.words = f"words of survey {number:06d}"
        source = f"127.{1 + number % 200}.{1 + number // 200 % 200}.{chance.randint(1, 250)}"
        self.line = Connection(all_.city.address, source=source, headers={})
        self.answers = {name: str(code) for name, code in digits(number).items()}
        self.last = "nothing yet"

    async def take(self) -> None:
        await (self._on_the_phone() if self.chance.random() < 0.5 else self._page_by_page())

    # -- two ways ----------------------------------------------------------------------------------

    async def _page_by_page(self) -> None:
        """Without JavaScript: every page is a form, the last one sends."""
        while True:
            reply = await self._ask("POST", self.base, {"adult": "1", "city": "1"})
            while reply.status == 303 and not reply.location.endswith("/review"):
                path = reply.location
                if path.endswith(("/survey", "/thank-you")):
                    break
                form = {"own_words": self.words} if path.endswith("/experience") else {}
                form |= {name: value for name, value in self.answers.items() if self._is_on(path, name)}
                reply = await self._ask("POST", path, form)
            if reply.status == 303 and reply.location.endswith("/review"):
                break
            # The draft is gone (a clock that jumped): nothing was sent yet, so a person starts over.
            self.heard.started_over += 1
            self.line.cookie = ""
        cookie = self.line.cookie
        reply = await self._send(f"{self.base}/review", {})
        await self._hear(reply)
        if self.chance.random() < 0.3:
            self.line.cookie = cookie
            await self._again(f"{self.base}/review", {})

    async def _on_the_phone(self) -> None:
        """With the worker: what the phone holds is kept in one request and sent in another."""
        made = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        form = self.answers | {".id": made, ".wave": self.all.city.wave, ".code": ""}
        form |= {"own_words": self.words, ".begun": str(int(time.time()) - 300)}
        await self._ask("POST", f"{self.base}/keep", form)
        reply = await self._send(f"{self.base}/whole", form)
        await self._hear(reply)
        if self.chance.random() < 0.3:
            await self._again(f"{self.base}/whole", form)

    async def _again(self, path: str, form: dict[str, str]) -> None:
        """Who is not sure sends once more, later: it must count once."""
        await asyncio.sleep(self.chance.uniform(0, 5))
        self.heard.sent_again += 1
        await self._ask("POST", path, form)

    @staticmethod
    def _is_on(path: str, name: str) -> bool:
        pages = {"near_home": DIGITS[:4], "around_city": DIGITS[4:7], "police": DIGITS[7:]}
        return name in pages.get(path.rsplit("/", 1)[1], ())

    async def _send(self, path: str, form: dict[str, str]) -> Reply:
        self.all.under_way.add(self.number)
        self.all.sending.set()
        try:
            return await self._ask("POST", path, form)
        finally:
            self.all.under_way.discard(self.number)

    async def _hear(self, reply: Reply) -> None:
        """Acknowledged is who reads the thank-you page."""
        json = reply.headers.get("content-type", "").startswith("application/json")
        if json and b'"sent"' in reply.body:
            page = f"{self.base}/thank-you"
        elif reply.status == 303 and reply.location.endswith("/thank-you"):
            page = reply.location
        else:
            self.heard.unsure.add(self.number)
            return
        shown = await self._ask("GET", page)
        if shown.status == 200 and b'data-page="thank-you"' in shown.body:
            self.heard.acknowledged.add(self.number)

    # -- until it works ----------------------------------------------------------------------------

    async def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Reply:
        """Send it until the server takes it; an error page is read and its button pressed."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    reply = await self.line.ask(method, path, form)
            except (OSError, EOFError, TimeoutError) as error:
                self.last = f"{method} {path}: {error!r}"
                self.line.close()
                self.heard.errors[type(error).__name__] += 1
                await asyncio.sleep(self.chance.uniform(0.2, 1))
                continue
            self.last = f"{method} {path}: {reply.status} {reply.location}"
            if reply.status < 500 and reply.status != 429:
                return reply
            self.heard.errors[str(reply.status)] += 1
            again = self._read_error(method, path, form or {}, reply)
            if again is not None:
                form = again
            await asyncio.sleep(self.chance.uniform(0.2, 1))

    def _read_error(
        self, method: str, path: str, form: dict[str, str], reply: Reply
    ) -> dict[str, str] | None:
        """The form of the error page, as its button sends it. What is wrong with the page is noted."""
        if not reply.headers.get("content-type", "").startswith("text/html"):
            return None  # for the worker on the phone, which keeps everything itself
        text = reply.body.decode()
        direction = languages()[self.language].direction
        if f'<html lang="{self.language}" dir="{direction}"' not in text:
            self._wrong("not in the language of the resident", path)
        if html.escape(say(self.language, "The system is busy"), quote=False) not in text:
            self._wrong("does not say what happened", path)
        if method != "POST" or path.endswith(("/keep", "/whole")):
            return None
        kept = {html.unescape(name): html.unescape(value) for name, value in _HIDDEN.findall(text)}
        if any(kept.get(name) != value for name, value in form.items()):
            self._wrong("does not keep what was typed", path)
            return None
        return kept

    def _wrong(self, what: str, path: str) -> None:
        self.heard.wrong_pages.append(f"{path}: {what}")


def say(language: str, sentence: str) -> str:
    """A sentence of the interface in this language, from its compiled catalogue."""
    if language == "en":
        return sentence
    return gettext.translation(INTERFACE, TRANSLATIONS, [language], fallback=True).gettext(sentence)
