"""Feature flags: what is new, or may have to be switched off at once, without a release (roadmap: rollback plan).

declared   the flags, with their defaults
state      the current state of each flag
"""
