"""Writes of the drawn sample: bring it in, spend codes, set outcomes, take claims."""
