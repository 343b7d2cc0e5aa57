"""The tables of the library, as the newest migration leaves them.

`library.db` holds what exists nowhere else. `curves.db` holds long columns of numbers, each stored once under the
hash of its content, so that the backups of the first stay small.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

VERSION = 1
REVISION = "0001"
CURVES_VERSION = 1

library = MetaData()
curves = MetaData()

about = Table(
    "about",
    library,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Which migrations were made; Alembic reads and writes it.
alembic_version = Table(
    "alembic_version",
    library,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

# What can be told from the records of a strategy, kept for quick lists.
strategies = Table(
    "strategies",
    library,
    Column("id", Text, primary_key=True),
    Column("created_ms", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("tombstone", Text),
)

# Never changed once they are written. `id` covers strategy, kind, schema, parents, device, time, note and payload; the
# columns from `name` on are read from the payload.
records = Table(
    "records",
    library,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("strategy", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("parents", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("at_ms", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("blocks", Integer, nullable=False),
    Column("document_hash", Text, nullable=False),
    Column("logic_hash", Text, nullable=False),
    CheckConstraint("kind IN ('revision', 'tombstone')", name="known_kind"),
)
Index("records_by_strategy", records.c.strategy, records.c.number)

drafts = Table(
    "drafts",
    library,
    Column("seq", Integer, primary_key=True),
    Column("strategy", Text, nullable=False, unique=True),
    Column("at_ms", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
)

runs = Table(
    "runs",
    library,
    Column("id", Integer, primary_key=True),
    Column("instance", Text, nullable=False),
    Column("strategy_id", Text, nullable=False),
    Column("revision_id", Text, nullable=False),
    Column("strategy_name", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("logic_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_ms", Integer, nullable=False),
    Column("started_ms", Integer),
    Column("finished_ms", Integer),
    Column("asked_start_ms", Integer),
    Column("asked_end_ms", Integer),
    Column("asked_days", Integer),
    Column("start_ms", Integer),
    Column("end_ms", Integer),
    Column("capital", Float, nullable=False),
    Column("fee_rate", Float, nullable=False),
    Column("slippage_rate", Float, nullable=False),
    Column("fill_model", Text, nullable=False),
    Column("engine_version", Integer),
    Column("dataset_fingerprint", Text),
    Column("dataset_first_ms", Integer),
    Column("dataset_end_ms", Integer),
    Column("result_hash", Text),
    Column("total_return", Float),
    Column("buy_and_hold_return", Float),
    Column("max_drawdown", Float),
    Column("trades", Integer),
    Column("win_rate", Float),
    Column("profit_factor", Float),
    Column("sharpe", Float),
    Column("cagr", Float),
    Column("sparkline", LargeBinary, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("seen", Boolean, nullable=False),
    Column("again_of", Integer),
    Column("deleted", Boolean, nullable=False),
    Column("cleaned", Boolean, nullable=False),
    CheckConstraint("state IN ('pending', 'running', 'completed', 'failed', 'cancelled')", name="known_state"),
    sqlite_autoincrement=True,
)
Index("runs_by_strategy", runs.c.strategy_id, runs.c.id)
Index("runs_by_data", runs.c.symbol, runs.c.exchange, runs.c.logic_hash)
Index("runs_under_way", runs.c.state, sqlite_where=text("state IN ('pending', 'running')"))

# What a completed run left behind. `seal` covers the other columns together with what the run was asked.
results = Table(
    "results",
    library,
    Column("run_id", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("content", Text, nullable=False),
    Column("trades", LargeBinary, nullable=False),
    Column("seal", Text, nullable=False),
)

# Which columns of numbers a result consists of, by the hash they have in `curves.db`.
result_columns = Table(
    "result_columns",
    library,
    Column("run_id", Integer, ForeignKey("results.run_id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("result_columns_by_hash", result_columns.c.hash)

# What was found out about a completed run later, such as by the look-ahead check, as JSON.
findings = Table(
    "findings",
    library,
    Column("run_id", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("content", Text, nullable=False),
    sqlite_with_rowid=False,
)

columns = Table(
    "columns",
    curves,
    Column("hash", Text, primary_key=True),
    Column("dtype", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
