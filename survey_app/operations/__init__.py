"""The house is kept: backup, moving, retention, records, doctor, metrics, static site."""
