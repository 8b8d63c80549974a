"""Results of the smaller surveys: the pulse after events, by quarter, and that of partner agencies."""
