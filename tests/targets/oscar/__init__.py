"""django-oscar with django-oscar-api: `nox -s oscar` examines it and compares the verdicts with verdicts.toml."""
