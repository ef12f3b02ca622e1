"""Windows on what happens inside a target: database, cache, logs."""
