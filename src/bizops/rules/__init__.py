"""Rules: pure functions; time, policy and issue come in, a value goes out."""
