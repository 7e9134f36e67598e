# Read by `flask run`: which application to run, and where. The app's own settings are in .env.
FLASK_APP=ringback.web.flask_run:app
FLASK_RUN_PORT=5000
