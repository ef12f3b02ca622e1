"""The backend under test: how it is described, reached, spoken to and, where it allows that, looked into."""
