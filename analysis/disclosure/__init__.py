"""What of the answers may be public: rows that are like others, and what that costs."""

from __future__ import annotations

from analysis.disclosure.local_suppression import Rule, Suppression, rare_rows, suppress

__all__ = ["Rule", "Suppression", "rare_rows", "suppress"]
