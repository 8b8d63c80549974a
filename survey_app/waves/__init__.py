"""A wave's life: draft, open, closed, archived; its frozen wording; waves from elsewhere."""
