"""A model that follows a script: an endpoint that is as strict as the strictest, and a worker for any agent."""
