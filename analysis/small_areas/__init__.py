"""Models for areas too small for a direct estimate; always shown beside it and named as models."""
