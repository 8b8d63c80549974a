"""One finished weighting step that moved weights to targets, kept for the variance.

After calibration the sampling error of a total is that of the residual of the linearised variable
on the calibration variables. The regression uses the weights before the step, the residual carries
the weights after it (Deville and Sarndal 1992; D'Arrigo and Skinner 2010, Survey Methodology 36:
181-192). The other two forms in use, weights treated as fixed and residual times base weight, are
up to 40% too large and too small.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, sparse

from analysis.factors import Floats
from analysis.weighting.targets import Targets


@dataclass(frozen=True)
class Calibration:
    """targets met; before and after: (n,) weights around the step; iterations it took."""

    targets: Targets
    before: Floats
    after: Floats
    iterations: int

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """(n, p) calibration variables."""
        return self.targets.matrix()

    @cached_property
    def _weighted(self) -> sparse.csr_array:
        weighted = self.matrix.multiply(np.where(self.targets.active, self.before, 0.0)[:, None])
        return sparse.csr_array(sparse.csr_array(weighted).T)

    @cached_property
    def inverse(self) -> Floats:
        """(p, p) pseudo-inverse of X'DX; redundant margins drop out of it."""
        cells = self.targets.compress(self.before)
        matrix = cells.targets.matrix()
        weighted = matrix.multiply(cells.weights[:, None])
        return pseudo_inverse(np.asarray((weighted.T @ matrix).toarray()))

    @property
    def reached(self) -> Floats:
        """(p,) what the weights after the step add up to, in the order of the totals."""
        held = np.where(self.targets.active, self.after, 0.0)
        parts = [
            np.bincount(target.codes, held, minlength=len(target.labels))
            for target in self.targets.categorical
        ]
        return np.concatenate(parts + [np.array([held @ t.values]) for t in self.targets.numeric])

    @cached_property
    def rank(self) -> int:
        """How many constraints are met that do not follow from the others."""
        return int(np.linalg.matrix_rank(self.inverse, hermitian=True))

    def coefficients(self, scores: Floats) -> Floats:
        """(p, k) of the regression of scores (n, k), weighted by the weights before the step."""
        beta = self.inverse @ (self._weighted @ scores)
        rest = scores - self.matrix @ beta
        return np.asarray(beta + self.inverse @ (self._weighted @ rest))

    def residuals(self, scores: Floats) -> Floats:
        """(n, k) what the calibration variables leave of the scores."""
        return np.asarray(scores - self.matrix @ self.coefficients(scores))


def pseudo_inverse(gram: Floats) -> Floats:
    """Inverse of a cross-product matrix after scaling; directions of no information are left out.

    gram: (p, p) symmetric, positive semi-definite.
    """
    size = np.sqrt(np.maximum(np.diag(gram), 0.0))
    size = np.where(size > 0, size, 1.0)
    values, vectors = linalg.eigh(gram / np.outer(size, size))
    keep = values > max(float(values[-1]), 0.0) * 1e-10
    scaled = vectors[:, keep] / size[:, None]
    return np.asarray((scaled / values[keep]) @ scaled.T)
