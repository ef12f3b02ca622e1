"""Fill an empty shop with content that is the same each time: the same number of products, the same shop."""
