"""Tests of the specification, the reference shop, the load engine and the reports."""
