"""All that a target serves: operations, things, identities, and the tour that visits them."""
