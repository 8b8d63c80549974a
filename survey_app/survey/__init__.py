"""A resident answers: pages, encrypted drafts, sealed answers, released responses."""
