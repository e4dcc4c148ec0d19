"""The DuckDB file: lock, short transactions, migrations, the model runner, the published snapshot.

What does not belong here: Dagster, networks, and what the figures mean; that is in dbt_like_sql. Nothing is
imported here, so that a command that never opens the file does not pay for DuckDB.
"""
