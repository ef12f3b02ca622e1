"""The check's side of a run: expectations, outcomes, verdicts and evidence."""
