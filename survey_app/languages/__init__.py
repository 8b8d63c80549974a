"""Languages: lint and pseudo-locale, reviewed catalogues brought in, what is offered and why."""
