"""Staff: accounts, roles, sign-in, the audit log."""
