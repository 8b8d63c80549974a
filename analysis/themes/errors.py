"""Errors of the theme method.

ThemesError
├── CodebookError    a codebook file breaks a rule
├── LexiconError     a seed-phrase file breaks a rule
├── CommentsError    a table of comments or codes cannot be read
├── ModelError       a stored tagger cannot be used
└── DrawError        a draw or a share cannot be made from what was given
"""

from __future__ import annotations

from analysis.errors import AnalysisError


class ThemesError(AnalysisError):
    """Base of all errors of this package; the message tells a person what to do."""

    code = "themes_error"


class CodebookError(ThemesError):
    """A codebook file breaks a rule; the message names file, theme and key."""


class LexiconError(ThemesError):
    """A seed-phrase file breaks a rule; the message names file, theme and phrase."""


class CommentsError(ThemesError):
    """A table of comments, codes or tags cannot be read; the message names file, row and column."""


class ModelError(ThemesError):
    """A stored tagger is damaged, of another format, or needs a part that is not installed."""


class DrawError(ThemesError):
    """A draw, a plan or a share is not possible with the given numbers."""
