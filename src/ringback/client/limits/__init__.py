"""The rate limit as the client knows it: budgets, learned from answers, and whose turn it is."""
