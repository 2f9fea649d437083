"""The project manager's tools: the board counted, forecast, and one late issue looked at."""
