"""Tests of the helpers of checks, without a target."""
