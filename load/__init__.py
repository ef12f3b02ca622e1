"""Load on a shop backend, with latency counted from the intended start of each request."""
