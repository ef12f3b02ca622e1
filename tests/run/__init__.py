"""Tests of spec.run."""
