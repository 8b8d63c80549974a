"""Sampling error: linearization after calibration, replicates, design effects."""
