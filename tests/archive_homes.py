"""Where a test's archive lives: a DuckDB file, or a schema of the run's own PostgreSQL."""

import itertools
import os

import services

HOMES = ("duckdb", "postgres")
_number = itertools.count()


class DuckHome:
    """A file that the test may look into while no archive is open."""

    def __init__(self, folder):
        self.place = str(folder / "calls.duckdb")

    def sql(self, statement):
        import duckdb

        with duckdb.connect(self.place) as database:
            database.execute("SET TimeZone = 'UTC'")
            result = database.execute(statement)
            return result.fetchall() if result.description else []

    def remove(self):
        """Nothing: the folder is the test's."""


class PostgresHome:
    """A schema of its own."""

    def __init__(self):
        self.server = services.postgres()
        self.schema = f"archive_{os.getpid()}_{next(_number)}"
        self.place = f"{self.server.url}?schema={self.schema}"

    def sql(self, statement):
        import psycopg

        options = f"-c search_path={self.schema} -c timezone=UTC"
        with psycopg.connect(self.server.url, options=options) as db:
            result = db.execute(statement)
            return result.fetchall() if result.description else []

    def remove(self):
        self.server.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")


def home_of(kind, folder):
    return DuckHome(folder) if kind == "duckdb" else PostgresHome()
