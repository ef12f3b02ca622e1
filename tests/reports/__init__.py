"""Tests of the results model, the verdict algebra, the renderers and the gate."""
