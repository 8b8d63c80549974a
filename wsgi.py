"""The application, made from the environment: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import sys

from survey_app.app import create_app
from survey_app.config import Config, SettingError

try:
    app = create_app(Config.from_environment())
except SettingError as error:
    sys.exit(f"Cannot start: {error}")
