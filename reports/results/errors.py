"""What can be wrong with results."""


class ResultsError(Exception):
    """Results that cannot be read, do not follow the schema, or contradict themselves. The message is one sentence."""
