"""Drawn addresses: the sample, its single-use codes, letters, outcomes and thank-you claims."""
