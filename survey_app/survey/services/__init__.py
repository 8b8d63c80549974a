"""Writes of the survey: drafts, sending, releasing."""
