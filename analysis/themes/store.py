"""A trained model as a file: numbers and text in one .npz, never a pickle.

The file holds the vocabulary of the model, which are words of comments that occurred at least twice in
large training sets: keep it with the comments, not with the public files.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

import numpy as np

from analysis.themes.calibration import Calibration
from analysis.themes.embedding import encoder
from analysis.themes.errors import ModelError
from analysis.themes.features import Words
from analysis.themes.model import Model, Trained

FORMAT = 2


def save(model: Model, path: Path | IO[bytes]) -> None:
    """Write the model to `path` exactly as named (ModelError where it cannot), or into an open file."""
    if not isinstance(path, Path):
        _write(model, path)
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            _write(model, file)
        os.replace(beside, path)
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)


def _write(model: Model, file: IO[bytes]) -> None:
    head = {"format": FORMAT, "codes": model.codes, "trained": asdict(model.trained)}
    terms, pieces = model.words.vocabularies()
    np.savez_compressed(
        file,
        head=_bytes(json.dumps(head, ensure_ascii=False)),
        vocabulary=_bytes("\n".join(terms)),
        pieces=_bytes("\n".join(pieces)),
        idf=model.words.idf(),
        coef=model.coef.astype(np.float32),
        intercept=model.intercept,
        weights=model.calibration.weights,
        offset=model.calibration.offset,
        threshold=np.array(model.calibration.threshold),
    )


def load(path: Path | IO[bytes]) -> Model:
    """Read a model. ModelError: no such file, damaged, other format, encoder not installed."""
    name = path.name if isinstance(path, Path) else "The model"
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        head = json.loads(_text(stored["head"]))
        if head["format"] != FORMAT:
            raise ModelError(f"{name} has format {head['format']}; this version reads {FORMAT}.")
        trained = Trained(**head["trained"])
        vocabularies = [_lines(stored["vocabulary"]), _lines(stored["pieces"])]
        words = Words.stored(vocabularies, stored["idf"])
        calibration = Calibration(stored["weights"], stored["offset"], float(stored["threshold"]))
    except FileNotFoundError as error:
        raise ModelError(f"There is no model {path}.") from error
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise ModelError(f"{name} is not a model of this program, or is damaged.") from error
    installed = encoder() if trained.embedding else None
    if trained.embedding and (installed is None or installed.name != trained.embedding):
        raise ModelError(
            f"{name} was trained with {trained.embedding}, which is not installed. Install "
            "requirements-optional.txt, or train again without it."
        )
    return Model(
        codes=tuple(head["codes"]),
        words=words,
        coef=stored["coef"].astype(np.float64),
        intercept=stored["intercept"],
        calibration=calibration,
        trained=trained,
        encoder=installed,
    )


def _bytes(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _text(stored: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> str:
    return stored.tobytes().decode("utf-8")


def _lines(stored: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> list[str]:
    text = _text(stored)
    return text.split("\n") if text else []
