"""The cart of a customer: what may become an order."""
