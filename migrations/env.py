"""Alembic runs on the connection that survey_app/schema.py hands over."""

from alembic import context

from survey_app import schema
from survey_app.db import Base

schema.import_models()
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
