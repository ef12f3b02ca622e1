"""The machinery that every resource of the API shares: operations, strict input, problem documents, pages, OpenAPI."""
