"""Advisories in OSV JSON against lock files."""
