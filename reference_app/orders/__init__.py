"""Orders: stock taken once, money exact, a history that only moves forward."""
