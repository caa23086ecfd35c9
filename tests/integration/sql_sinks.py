"""A sqlite and a postgres sink side by side, and what both have made of the same events."""

import contextlib
import sqlite3

from control_support import wait_status

KINDS = ("sqlite", "postgres")


class SqlSinks:
    """Two sinks named after their kinds. The schema is this test's own, so that tests may share a
    server, which starts slowly."""

    def __init__(self, server, schema):
        self.server = server
        self.schema = schema
        self.daemon = None

    def tables(self, **options):
        return {"sqlite": {"kind": "sqlite", **options},
                "postgres": {"kind": "postgres", "url": self.server.url(), "schema": self.schema,
                             **options}}

    def start(self, make_daemon, more=None, **options):
        self.daemon = make_daemon({"sinks": {**self.tables(**options), **(more or {})}}).start()
        return self.daemon

    def wait(self, position):
        for kind in KINDS:
            wait_status(self.daemon, kind, lambda sink: sink["position"] == position)

    def ask(self, kind, sql):
        """Rows of texts, as PostgreSQL has them; `{t}` stands before the name of a table."""
        if kind == "postgres":
            return self.server.query(sql.replace("{t}", self.schema + "."))
        with contextlib.closing(sqlite3.connect(self.daemon.state / "customers.db")) as database:
            rows = database.execute(sql.replace("{t}", "")).fetchall()
        return [["" if value is None else str(value) for value in row] for row in rows]

    def seconds(self, kind, column):
        """SQL for a time in whole seconds since 1970."""
        return {"sqlite": f"unixepoch({column})",
                "postgres": f"floor(extract(epoch FROM {column}))::bigint"}[kind]

    def columns(self, kind):
        """{table or view: {column: type, or empty where it has none}}."""
        found = {}
        if kind == "sqlite":
            for (name,) in self.ask(kind, "SELECT name FROM sqlite_schema WHERE type IN ('table', "
                                          "'view') AND name NOT LIKE 'sqlite_%'"):
                # Generated columns are left out by table_info.
                found[name] = {row[1]: row[2].removesuffix(" GENERATED ALWAYS") for row in
                               self.ask(kind, f"PRAGMA table_xinfo({name})")}
            return found
        for table, column, kind_of_data in self.ask(
                kind, "SELECT table_name, column_name, udt_name FROM information_schema.columns "
                      f"WHERE table_schema = '{self.schema}'"):
            found.setdefault(table, {})[column] = {"int8": "bigint", "bool": "boolean"}.get(
                kind_of_data, kind_of_data)
        return found
