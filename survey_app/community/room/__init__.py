"""Residents in the room join in on their own phones; a moderator decides; the wall shows."""
