"""Tests of spec.target."""
