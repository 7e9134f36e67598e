"""The web app in production: gunicorn's configuration and worker, structured logs, tidying."""
