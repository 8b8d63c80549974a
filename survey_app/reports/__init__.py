"""From responses to a published edition."""
