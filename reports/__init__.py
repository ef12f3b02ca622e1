"""Results of a run, their verdicts, and what is made of them: report, JUnit, summary, gate."""
