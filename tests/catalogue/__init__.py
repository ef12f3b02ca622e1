"""Tests of the catalogue of requirements."""
