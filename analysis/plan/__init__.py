"""A declared analysis: read, checked and run. `run_case` in memory, `run_file` from files."""

from analysis.plan.run import CaseRun, run_case, run_file

__all__ = ["CaseRun", "run_case", "run_file"]
