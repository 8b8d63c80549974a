"""Writes about editions: build, approve, publish."""
