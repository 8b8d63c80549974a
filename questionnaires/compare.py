"""Can two years' answers to one question stand on one line?

- identical: asked of the same people in the same words with the same answers. One line.
- reworded: the same codes with the same meanings, in other words. The line breaks and says so.
- broken: other codes, another kind, asked of other people, or declared replaced. No comparison.

Where a question stands in the questionnaire does not count. Questions of foreign waves compare
the same way; their wording is known by its digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from questionnaires.foreign_schema import ForeignItem, ForeignWave
from questionnaires.foreign_wording import labels_digest, wording_digest
from questionnaires.schema import Choice, Condition, Instrument, Question

ComparisonKind = Literal["identical", "reworded", "broken"]
Source = Instrument | ForeignWave


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on one question (or measure), with the reasons in English for staff."""

    old_id: str
    new_id: str
    kind: ComparisonKind
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """Two questionnaires: the questions both have (or that replace one another), and the rest."""

    comparisons: tuple[Comparison, ...]
    dropped: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What two questions are compared on, wherever they come from."""

    id: str
    kind: str
    wording: str
    labels: str
    choices: tuple[Choice, ...]
    condition: Condition | None
    bounds: tuple[int | None, ...]
    alone: tuple[int, ...]
    may_decline: tuple[bool, bool] | None
    replaces: str


def compare(old: Question | ForeignItem, new: Question | ForeignItem) -> Comparison:
    """Compare an older question with a newer one of the same id, or that says it replaces it.

    Raises ValueError when the two have nothing to do with each other.
    """
    before, after = _asked(old), _asked(new)
    if before.id != after.id and after.replaces != before.id:
        raise ValueError(
            f"{after.id!r} and {before.id!r} are different questions, and the newer one does not "
            "say that it replaces the older; compare questions of one id."
        )
    breaks = tuple(_breaks(before, after))
    if breaks:
        return Comparison(before.id, after.id, "broken", breaks)
    changes = tuple(_changes(before, after))
    return Comparison(before.id, after.id, "reworded" if changes else "identical", changes)


def compare_sources(old: Source, new: Source) -> SourceComparison:
    """Compare every question that two questionnaires (ours or foreign) share."""
    before = {question.id: question for question in _questions(old)}
    comparisons, matched, added = [], set(), []
    for question in _questions(new):
        replaced = question.replaces if isinstance(question, Question) else ""
        earlier = before.get(question.id) or before.get(replaced)
        if earlier is None:
            added.append(question.id)
            continue
        comparisons.append(compare(earlier, question))
        matched.add(earlier.id)
    dropped = tuple(identifier for identifier in before if identifier not in matched)
    return SourceComparison(tuple(comparisons), dropped, tuple(added))


def compare_measures(old: Source, new: Source, measure_id: str) -> Comparison:
    """Compare one published share in two questionnaires: its question, codes and base.

    Raises KeyError when either questionnaire lacks the measure.
    """
    before, after = old.measure(measure_id), new.measure(measure_id)
    if before.question != after.question:
        return Comparison(measure_id, measure_id, "broken", ("The share is of another question.",))
    verdict = compare(_question(old, before.question), _question(new, after.question))
    reasons = []
    if set(before.codes) != set(after.codes):
        reasons.append("Other answers are counted.")
    if set(before.base) != set(after.base):
        reasons.append("The share is of other answers.")
    if reasons:
        return Comparison(measure_id, measure_id, "broken", (*reasons, *verdict.reasons))
    return Comparison(measure_id, measure_id, verdict.kind, verdict.reasons)


def _questions(source: Source) -> tuple[Question, ...] | tuple[ForeignItem, ...]:
    return source.questions if isinstance(source, Instrument) else source.items


def _question(source: Source, question_id: str) -> Question | ForeignItem:
    if isinstance(source, Instrument):
        return source.question(question_id)
    return source.item(question_id)


def _asked(question: Question | ForeignItem) -> _Asked:
    if isinstance(question, ForeignItem):
        return _Asked(
            id=question.id,
            kind="single",
            wording=question.wording_sha256,
            labels=question.labels_sha256,
            choices=question.choices,
            condition=None,
            bounds=(),
            alone=(),
            may_decline=None,
            replaces="",
        )
    shown = "\n".join(part for part in (question.announce, question.text, question.hint) if part)
    return _Asked(
        id=question.id,
        kind=question.kind,
        wording=wording_digest(shown),
        labels=labels_digest(tuple((c.code, c.text) for c in question.choices)),
        choices=question.choices,
        condition=question.only_if,
        bounds=(question.minimum, question.maximum) if question.kind == "count" else (),
        alone=tuple(sorted(question.exclusive)),
        may_decline=(question.dont_know, question.prefer_not),
        replaces=question.replaces,
    )


def _breaks(old: _Asked, new: _Asked) -> Iterator[str]:
    if old.id != new.id:
        yield f"It replaces {old.id!r}, and says that the two cannot be compared."
    if old.kind != new.kind:
        yield f"It was a question of the kind {old.kind!r} and is one of the kind {new.kind!r}."
    before = {choice.code: choice.text for choice in old.choices}
    after = {choice.code: choice.text for choice in new.choices}
    if set(before) != set(after):
        yield f"The codes of its answers were {sorted(before)} and are {sorted(after)}."
    for code, text in after.items():
        moved = [c for c, earlier in before.items() if earlier == text and c != code]
        if moved:
            yield f"The answer {text!r} had code {moved[0]} and has code {code}."
    if old.alone != new.alone:
        yield "Other answers exclude the rest."
    if old.bounds != new.bounds:
        yield f"The numbers allowed were {old.bounds} and are {new.bounds}."
    if old.condition != new.condition:
        yield "It is asked of other people."


def _changes(old: _Asked, new: _Asked) -> Iterator[str]:
    if old.wording != new.wording:
        yield "The words of the question changed."
    if old.labels != new.labels:
        yield "The words of its answers changed."
    if [c.code for c in old.choices] != [c.code for c in new.choices]:
        yield "The order of its answers changed."
    if None not in (old.may_decline, new.may_decline) and old.may_decline != new.may_decline:
        yield 'Whether "don\'t know" or "rather not say" is offered changed.'
