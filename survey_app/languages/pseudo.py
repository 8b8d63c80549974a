"""The pseudo-locale: English made longer and strange, to see what was forgotten or does not fit.

Every letter gets an accent, every text grows by about 40 %, and stands in ⟦brackets⟧: a sentence
without them is not translatable, one without its end is cut off. Places to fill stay as they are.
"""

from __future__ import annotations

import re

from babel.support import NullTranslations

CODE = "en-XA"
_LETTERS = str.maketrans(
    "AaBbCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz",
    "ÅåƁƀÇçÐđÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöŔŕŠšŢţÛûŴŵÝýŽž",
)
#: What must stay: places to fill, tags, entities.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|</?[a-z][^>]*>|&\w+;)")
_FILL = "~ ~~ ~~~ "


def pseudo(text: str) -> str:
    """The text in the pseudo-locale; nothing stays nothing."""
    if not text.strip():
        return text
    parts = _KEPT.split(text)
    dressed = "".join(
        part if number % 2 else part.translate(_LETTERS) for number, part in enumerate(parts)
    )
    more = max(2, round(len(text) * 0.4))
    return f"⟦{dressed} {(_FILL * (more // len(_FILL) + 1))[:more].strip()}⟧"


class PseudoTranslations(NullTranslations):
    """A catalogue that has every sentence."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message.rsplit("\x04", 1)[-1])

    # Flask-Babel asks by the older names.
    def ugettext(self, message: str) -> str:
        return self.gettext(message)

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        return self.ngettext(singular, plural, num)

    def upgettext(self, context: str, message: str) -> str:
        return self.pgettext(context, message)
