"""Named errors that services raise. No Flask here; survey_app/errors.py turns them into pages.

Problem
├── NotFoundProblem       what was asked for is not there
├── NotAllowedProblem     the person may not do this
├── ConflictProblem       the state does not allow it (closed wave, published edition)
├── BadInputProblem       input that a person can mend
│   └── BadFileProblem    a file with errors, told by row and field
└── TooManyProblem        try again later
"""

from __future__ import annotations

from dataclasses import dataclass


class Problem(Exception):
    """Something a person is told. `message` is a translated sentence that says what to do."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFoundProblem(Problem):
    status = 404


class NotAllowedProblem(Problem):
    status = 403


class ConflictProblem(Problem):
    status = 409


class BadInputProblem(Problem):
    status = 422


@dataclass(frozen=True)
class RowError:
    """One thing wrong in a file: 1-based row of data (header excluded), field, what to do."""

    row: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"field {self.field}"] if self.field else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


class BadFileProblem(BadInputProblem):
    """A file was refused whole; `errors` lists what to mend."""

    def __init__(self, message: str, errors: tuple[RowError, ...]) -> None:
        super().__init__(message)
        self.errors = errors

    def __str__(self) -> str:
        shown = "\n".join(f"  {error}" for error in self.errors[:50])
        more = len(self.errors) - 50
        return f"{self.message}\n{shown}" + (f"\n  and {more} more" if more > 0 else "")


class TooManyProblem(Problem):
    status = 429
