"""A request for public records: what can be given as files, and a log of all that is not."""
