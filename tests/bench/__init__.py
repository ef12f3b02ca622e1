"""Benches: what indexes, prefetching, caching and rendering buy, each side by side in one run (`nox -s bench`)."""
