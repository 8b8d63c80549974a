"""The supervised tagger: learns, is calibrated, is stored without pickle, refuses what it must."""

from __future__ import annotations

import csv
import pickle
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analysis.themes.cli import main
from analysis.themes.errors import ModelError
from analysis.themes.features import Pair
from analysis.themes.model import Model, train
from analysis.themes.store import load, save
from analysis.themes.tagger import Tagger

COLOURS = {
    "red": ["crimson", "scarlet", "ruby", "cherry"],
    "blue": ["azure", "navy", "cobalt", "sky"],
}


def made_up(n: int, seed: int) -> tuple[list[Pair], list[list[frozenset[str]]]]:
    """Comments in which colour words tell the code, with fillers."""
    random = np.random.default_rng(seed)
    pairs: list[Pair] = []
    codings: list[list[frozenset[str]]] = []
    for _ in range(n):
        codes = {code for code in COLOURS if random.random() < 0.35}
        words = [str(random.choice(COLOURS[code])) for code in sorted(codes)]
        words += [str(word) for word in random.choice(["table", "chair", "lamp", "door"], 4)]
        random.shuffle(words)
        pairs.append((" ".join(words), "en"))
        codings.append([frozenset(codes or {"none"})])
    return pairs, codings


@pytest.fixture(scope="module")
def model() -> Model:
    pairs, codings = made_up(150, 1)
    return train(pairs, codings, day=date(2026, 11, 24), use=None)


def test_it_learns_what_people_coded(model: Model) -> None:
    pairs, codings = made_up(200, 2)
    chosen = model.chosen(model.probabilities(pairs))
    truth = np.array([[code in by[0] for code in model.codes] for by in codings])
    assert model.codes == ("blue", "red")
    assert (chosen == truth).mean() > 0.95


def test_probabilities_are_calibrated(model: Model) -> None:
    pairs, codings = made_up(1500, 3)
    p = model.probabilities(pairs)
    truth = np.array([[code in by[0] for code in model.codes] for by in codings])
    assert float(p.mean()) == pytest.approx(float(truth.mean()), abs=0.04)
    sure = p > 0.9
    assert truth[sure].mean() > 0.9


def test_a_stored_model_says_the_same_and_holds_no_pickle(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(model, path)
    again = load(path)
    pairs, _ = made_up(50, 4)
    np.testing.assert_allclose(model.probabilities(pairs), again.probabilities(pairs), atol=1e-5)
    assert again.trained == model.trained
    assert again.trained.counts["red"] > 5
    with zipfile.ZipFile(path) as file:
        assert {name.rpartition(".")[2] for name in file.namelist()} == {"npy"}
    np.load(path, allow_pickle=False)["head"]


def test_a_pickle_or_another_file_is_refused(tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ModelError, match="damaged"):
        load(evil)
    with pytest.raises(ModelError, match="no model"):
        load(tmp_path / "missing")


def test_unclear_is_left_out_and_too_little_is_refused() -> None:
    pairs, _ = made_up(40, 5)
    with pytest.raises(ModelError, match="Only 0"):
        train(pairs, [[frozenset({"unclear"})]] * 40, day=date(2026, 1, 1), use=None)
    with pytest.raises(ModelError, match="No theme"):
        train(pairs, [[frozenset({"none"})]] * 40, day=date(2026, 1, 1), use=None)


def test_one_code_each_means_one_tag_each() -> None:
    pairs, _ = made_up(80, 6)
    codings = [[frozenset({"red" if "r" in pair[0] else "blue"})] for pair in pairs]
    made = train(pairs, codings, day=date(2026, 1, 1), use=None, exclusive=True)
    assert (made.chosen(made.probabilities(pairs)).sum(axis=1) == 1).all()


def test_themes_without_codes_are_left_to_the_phrases() -> None:
    pairs: list[Pair] = [("guns everywhere", "en"), ("rents went up", "en")] * 15
    codings = [
        [frozenset({"gun_violence"})] if "guns" in pair[0] else [frozenset({"none"})] for pair in pairs
    ]
    made = train(pairs, codings, day=date(2026, 1, 1), use=None)
    tagger = Tagger(model=made)
    assert [one.layer for one in tagger.suggest("so many guns", "en")] == ["model"]
    by_phrase = tagger.suggest("needles and heroin in the alley", "en")
    assert "drug_activity" in {one.code for one in by_phrase}


def test_the_commands_train_tag_and_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs, codings = made_up(60, 7)
    comments, codes = tmp_path / "comments.csv", tmp_path / "codes.csv"
    with comments.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text", "language"])
        rows.writerows([number, text, language] for number, (text, language) in enumerate(pairs))
    with codes.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "coder", "code"])
        for number, by in enumerate(codings):
            rows.writerows([number, coder, code] for coder in "AB" for code in by[0])
    stored, tags = tmp_path / "m", tmp_path / "tags.csv"
    arguments = [str(comments), str(codes), "--out", str(stored), "--words-only"]
    assert main(["train", *arguments]) == 0
    assert main(["tag", str(comments), "--model", str(stored), "--out", str(tags)]) == 0
    assert main(["evaluate", str(tags), str(codes), "--comments", str(comments)]) == 0
    told = capsys.readouterr().out
    assert "by language" in told
    assert "Krippendorff" in told
    assert "1.000 (1.000 to 1.000)" in told
