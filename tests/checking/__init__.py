"""Tests of spec.checking."""
