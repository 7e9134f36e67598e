"""The authorization server: login and consent, codes, token sessions, and who a bearer token stands for."""
