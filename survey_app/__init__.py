"""Whatever touches a browser or a database."""
