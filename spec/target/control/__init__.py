"""Power over a target's services and processes."""
