"""Routing proposals, near-duplicates, missing fields."""
