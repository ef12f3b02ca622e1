"""The executable specification of a production-ready shop backend."""
