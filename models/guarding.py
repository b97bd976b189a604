"""The ledger is append-only, and the database itself refuses everything else."""

from sqlalchemy import Connection, text

GUARDS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'transfer_no_%'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'transfer_no_%' AND tgenabled <> 'D'",
}
BOTH = 2  # on SQLite of UPDATE and DELETE, on PostgreSQL of rows and of TRUNCATE


def is_guarded(connection: Connection) -> bool:
    return connection.execute(text(GUARDS[connection.dialect.name])).scalar() == BOTH


def forbid_ledger_changes(connection: Connection) -> None:
    """Make the database refuse UPDATE, DELETE and TRUNCATE on the ledger. Triggers only ABORT, since
    RAISE(ROLLBACK) would undo other writes that share the COMMIT. Call it again after a rebuild."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS transfer_no_{verb.lower()} BEFORE {verb} ON transfer "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
    )
    connection.exec_driver_sql(
        "CREATE OR REPLACE TRIGGER transfer_no_change BEFORE UPDATE OR DELETE ON transfer "
        "FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()"
    )
    connection.exec_driver_sql(
        "CREATE OR REPLACE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON transfer "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
    )
