"""Every way in which the method refuses, in one tree.

    AnalysisError                       code
    ├── PlanError                       malformed_plan        the plan is not in the plan language
    ├── DataError                       malformed_data        a file, row, column or value is unusable
    ├── WeightingError
    │   ├── InconsistentTotals          inconsistent_totals   margins add up to different populations
    │   ├── EmptySampleLevel            empty_sample_level    a target nobody in the sample can carry
    │   ├── MissingTarget               missing_target        respondents whom no target speaks of
    │   ├── NotConverged                not_converged         no weights meet all targets
    │   └── BoundsInfeasible            bounds_infeasible     none do inside the stated bounds
    └── EstimationError
        ├── LonelyPSU                   lonely_psu            a stratum with one sampled unit
        └── NotEstimable                not_estimable         the data cannot answer the request

Every message names the margin, level, file, row or column at fault, how far off it is where that
means something, and what to do about it. `details` carries the same facts for programs.
"""

from __future__ import annotations

from typing import ClassVar


class AnalysisError(Exception):
    """Base of all refusals. `code` is the name written to a result file as `error`."""

    code: ClassVar[str] = "analysis_error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, object] = details


class PlanError(AnalysisError):
    """The declared plan cannot be read or asks for something the language does not have."""

    code = "malformed_plan"


class DataError(AnalysisError):
    """Input rows or a table of targets cannot be used as they are."""

    code = "malformed_data"


class WeightingError(AnalysisError):
    """No honest weights exist for the targets as stated."""

    code = "weighting_failed"


class InconsistentTotals(WeightingError):
    """Two margins, or the same margin and its neighbours, imply different population sizes."""

    code = "inconsistent_totals"


class EmptySampleLevel(WeightingError):
    """A level with a population target has no respondent of positive weight."""

    code = "empty_sample_level"


class MissingTarget(WeightingError):
    """Respondents sit at a level for which the margin states no target."""

    code = "missing_target"


class NotConverged(WeightingError):
    """The targets cannot be met together, or were not met to the tolerance."""

    code = "not_converged"


class BoundsInfeasible(WeightingError):
    """The targets cannot be met while every weight ratio stays inside the bounds."""

    code = "bounds_infeasible"


class EstimationError(AnalysisError):
    """An estimate or its error cannot be computed honestly."""

    code = "estimation_failed"


class LonelyPSU(EstimationError):
    """A stratum holds a single sampled unit and the design says to refuse."""

    code = "lonely_psu"


class NotEstimable(EstimationError):
    """The rows at hand cannot answer the request (too few, singular, separated)."""

    code = "not_estimable"
