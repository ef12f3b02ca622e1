"""Exact figures with honest intervals: percentiles with failures in them, rates, and what follows from them.

Import from the modules themselves: `binomial` and `blocks` need scipy, whose import takes half a second, and the
process that generates the load must not pause for it.
"""
