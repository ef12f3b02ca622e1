"""Load on a shop backend: an open schedule of shoppers, an exact record of their requests, and figures with bounds."""
