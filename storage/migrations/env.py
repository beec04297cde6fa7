"""What Alembic runs for every upgrade: the connection comes from storage.migrate."""

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # All steps or none: a machine that loses power in the middle keeps its old tables.
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
