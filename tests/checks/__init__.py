"""What the checks are made of, tested without a target."""
