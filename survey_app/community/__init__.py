"""A facilitator writes up a community session; comments and their themes."""
