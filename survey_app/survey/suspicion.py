"""Why a response may not come from a person: told with the response, never a ground to drop it.

A flag says what was odd, not who it was: no address, no time, no count. It is sealed with the
answers and comes out in the same shuffled batch.
"""

from __future__ import annotations

import time
from dataclasses import replace

from .contents import Contents

#: the box that no person sees was filled in
TRAP = "trap"
#: quicker than anybody reads
FAST = "fast"
#: very many surveys from one address within minutes
CROWD = "crowd"
FLAGS = (TRAP, FAST, CROWD)

#: Seconds that reading a question of 15 to 40 words and tapping an answer take at the very least.
#: Survey research calls under 0.3 s a word speeding; this is a tenth to a quarter of that.
LEAST_SECONDS = 1.0
#: Below this many answers there is too little to judge by.
LEAST_ANSWERS = 8


def suspicions(contents: Contents, *, crowded: bool, now: float | None = None) -> list[str]:
    """The flags of a survey that is being sent, in a fixed order."""
    took = (time.time() if now is None else now) - contents.begun
    answers = len(contents.answers)
    fast = answers >= LEAST_ANSWERS and took < LEAST_SECONDS * answers
    found = {TRAP: contents.trapped, FAST: fast, CROWD: crowded}
    return [flag for flag in FLAGS if found[flag]]


def with_claimed_start(contents: Contents, begun: str, *, known: Contents | None) -> Contents:
    """A survey finished on the phone: begun when the server saw it begin, else when the phone says."""
    if known is not None:
        return replace(contents, begun=known.begun, trapped=contents.trapped or known.trapped)
    claimed = (
        int(begun) if begun.isascii() and begun.isdigit() and len(begun) <= 12 else int(time.time())
    )
    return replace(contents, begun=claimed)
