"""Tests of the executable specification: its target layer, its plugin, its command lines, its faults."""
