"""The executable specification: one module a topic, in the language of shops."""
