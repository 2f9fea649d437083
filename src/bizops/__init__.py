"""Business operations run by role agents on GitHub Issues."""
