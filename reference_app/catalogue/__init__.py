"""Categories, products, variants and images: what the shop shows."""
