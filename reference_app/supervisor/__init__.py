"""One process that runs the reference shop with a real PostgreSQL, two Redis servers and gunicorn, and ends them all.

``python -m reference_app.supervisor`` starts; docs/control-protocol.md describes what it prints and which commands it
takes. Nothing here imports Django: the supervisor starts processes, and what they are made of is their business.
"""
