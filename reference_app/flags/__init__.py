"""Feature flags: what is new, or may have to be switched off at once, without a release (roadmap: rollback plan).

declared   the flags and what each means when nobody has said anything
state      whether a flag is on now
"""
