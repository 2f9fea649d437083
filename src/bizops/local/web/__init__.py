"""The page in the browser: issues, threads, the forms to file one, and the gate before all of it."""
