"""The desk's side: reads and writes GitHub, holds the token, runs no model."""
