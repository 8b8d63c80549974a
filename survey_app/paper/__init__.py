"""Paper: the questionnaire as PDF from the same instrument, and its answers keyed by two people."""
