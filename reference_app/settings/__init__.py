"""Settings: `production` is the shop as deployed; `development` and `testing` differ from it only where they say so."""
