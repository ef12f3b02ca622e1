"""Tests of point faults."""
