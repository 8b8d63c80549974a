"""`python -m analysis themes ...`: tag comments, train a tagger on codes, evaluate tags."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.themes import tables
from analysis.themes.agreement import agreement
from analysis.themes.codebook import load_codebook
from analysis.themes.errors import CommentsError, ThemesError
from analysis.themes.evaluate import Evaluation, Score, evaluate
from analysis.themes.tagger import Tagger


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; 0 when it went well, 2 after an error that was told on standard error."""
    parser = argparse.ArgumentParser(prog="python -m analysis themes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    tag = commands.add_parser(
        "tag", help="suggest codes: id,text[,language] -> id,code,probability,why"
    )
    tag.add_argument("comments", type=Path, metavar="COMMENTS.csv")
    tag.add_argument("--model", type=Path, metavar="M", help="a file made by `themes train`")
    tag.add_argument("--words-only", action="store_true", help="do not use sentence embeddings")
    tag.add_argument("--cache", type=Path, metavar="FILE", help="keep embeddings here over runs")
    tag.add_argument("--out", type=Path, required=True, metavar="TAGS.csv")
    tag.set_defaults(run=_tag)
    train = commands.add_parser("train", help="learn from codes: id,coder,code")
    train.add_argument("comments", type=Path, metavar="COMMENTS.csv")
    train.add_argument("codes", type=Path, metavar="CODES.csv")
    train.add_argument("--out", type=Path, required=True, metavar="M")
    train.add_argument("--words-only", action="store_true", help="do not use sentence embeddings")
    train.add_argument("--one-code", action="store_true", help="every comment has exactly one code")
    train.set_defaults(run=_train)
    judge = commands.add_parser("evaluate", help="precision, recall, F1 and agreement of coders")
    judge.add_argument("tags", type=Path, metavar="TAGS.csv")
    judge.add_argument("codes", type=Path, metavar="CODES.csv")
    judge.add_argument("--comments", type=Path, metavar="COMMENTS.csv", help="for results by language")
    judge.set_defaults(run=_evaluate)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except ThemesError as error:
        print(error, file=sys.stderr)
        return 2


def _tag(chosen: argparse.Namespace) -> int:
    if chosen.model and chosen.words_only:
        raise CommentsError(
            "--words-only is for work without --model: a model knows what it was made of."
        )
    _keep_apart(chosen.out, chosen.comments, chosen.model)
    comments = tables.read_comments(chosen.comments)
    tagger = _tagger(chosen)

    def rows() -> Iterator[tuple[object, ...]]:
        pairs = ((comment.text, comment.language) for comment in comments)
        tagged = tagger.tag(pairs, progress=lambda done: _progress(done, len(comments)))
        for comment, suggestions in zip(comments, tagged, strict=True):
            for one in suggestions:
                yield comment.id, one.code, f"{one.probability:.4f}", one.why

    written = tables.write_rows(chosen.out, ("id", "code", "probability", "why"), rows())
    print(f"{len(comments)} comments, {written} tags -> {chosen.out}")
    return 0


def _keep_apart(out: Path, *read: Path | None) -> None:
    """CommentsError where the result would take the place of what it is made from."""
    for path in read:
        if path is not None and out.resolve() == path.resolve():
            raise CommentsError(f"--out {out} would overwrite what is read: name another file.")


def _tagger(chosen: argparse.Namespace) -> Tagger:
    from analysis.themes.embedding import Cache, encoder

    if chosen.model:
        from analysis.themes.store import load

        model = load(chosen.model)
        if chosen.cache and model.encoder:
            model = replace(model, encoder=Cache(chosen.cache, model.encoder))
        return Tagger(load_codebook(model.trained.codebook), model)
    installed = None if chosen.words_only else encoder()
    if installed is not None and chosen.cache:
        installed = Cache(chosen.cache, installed)
    return Tagger(encoder=installed)


def _train(chosen: argparse.Namespace) -> int:
    from analysis.themes.model import train
    from analysis.themes.store import save

    _keep_apart(chosen.out, chosen.comments, chosen.codes)
    comments = tables.read_comments(chosen.comments)
    codes = tables.read_codes(chosen.codes)
    tables.check_codes(chosen.codes, codes, load_codebook().codes)
    known = {comment.id for comment in comments}
    for one in codes:
        if one.id not in known:
            raise CommentsError(
                f"{chosen.codes.name}, row {one.row}, column id: there is no comment {one.id!r} in "
                f"{chosen.comments.name}."
            )
    by_id = tables.codings(codes)
    coded = [comment for comment in comments if comment.id in by_id]
    digest = hashlib.sha256(chosen.comments.read_bytes() + chosen.codes.read_bytes()).hexdigest()
    model = train(
        [(comment.text, comment.language) for comment in coded],
        [list(by_id[comment.id].values()) for comment in coded],
        day=datetime.now(UTC).date(),
        digest=digest,
        exclusive=chosen.one_code,
        use=not chosen.words_only,
        progress=_progress,
    )
    save(model, chosen.out)
    print(
        f"{model.trained.comments} comments, {len(model.codes)} themes, "
        f"embedding: {model.trained.embedding or 'none'} -> {chosen.out}"
    )
    return 0


def _evaluate(chosen: argparse.Namespace) -> int:
    tags: dict[str, set[str]] = {}
    for tag in tables.read_tags(chosen.tags):
        tags.setdefault(tag.id, set()).add(tag.code)
    codes = tables.read_codes(chosen.codes)
    tables.check_codes(chosen.codes, codes, load_codebook().codes)
    codings = tables.codings(codes)
    untagged = sorted(set(codings) - set(tags))
    if len(untagged) == len(codings):
        raise CommentsError(f"No id of {chosen.codes.name} is in {chosen.tags.name}.")
    if untagged:
        print(
            f"{len(untagged)} coded comments without a row in {chosen.tags.name} are left out, "
            f"{untagged[0]!r} first.",
            file=sys.stderr,
        )
    languages = {}
    if chosen.comments:
        languages = {one.id: one.language or "?" for one in tables.read_comments(chosen.comments)}
    found = evaluate(
        {key: frozenset(codes) for key, codes in tags.items()},
        {key: tables.majority(by_coder) for key, by_coder in codings.items()},
        languages,
    )
    _print(found)
    coders = {coder for by_coder in codings.values() for coder in by_coder}
    if len(coders) > 1:
        print("\nAgreement between coders (Krippendorff's alpha, 95% interval)")
        for theme in found.themes:
            one = agreement(theme.name, codings)
            if one.alpha is not None and one.low is not None and one.high is not None:
                print(
                    f"{theme.name:34} {one.alpha:6.3f} ({one.low:.3f} to {one.high:.3f})"
                    f"  n {one.comments}"
                )
    return 0


def _print(found: Evaluation) -> None:
    print(f"{'':34} {'n':>5} {'P':>6} {'R':>6} {'F1':>6}  95% interval of F1")
    for title, scores in (
        ("", (found.micro,)),
        ("by language", found.languages),
        ("by theme", found.themes),
    ):
        if title:
            print(title)
        for score in scores:
            print(_line(score))
    if found.macro_f1 is not None:
        print(f"macro F1 {found.macro_f1:.3f}")
    if found.confusions:
        print("most frequent confusions (code missed <- tag given)")
        for (missed, given), count in list(found.confusions.items())[:10]:
            print(f"  {count:4} {missed} <- {given}")


def _line(score: Score) -> str:
    def shown(value: float | None) -> str:
        return "     -" if value is None else f"{value:6.3f}"

    low, high = score.f1_interval or (float("nan"), float("nan"))
    return (
        f"{score.name:34} {score.comments:5} {shown(score.precision)} {shown(score.recall)} "
        f"{shown(score.f1)}  {low:.3f} to {high:.3f}"
    )


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total}", end="\n" if done >= total else "", file=sys.stderr)
