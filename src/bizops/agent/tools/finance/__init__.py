"""Accounts: statements, proofs, budgets, duplicates, ageing, tax."""
