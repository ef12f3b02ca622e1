"""Tests of spec.falsify."""
