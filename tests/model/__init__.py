"""Tests of the model of a correct shop."""
