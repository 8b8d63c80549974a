"""Remarks on drafts of the questionnaire and the report: left by partners and staff, and answered."""
