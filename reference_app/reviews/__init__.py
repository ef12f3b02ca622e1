"""Customers' reviews of products."""
