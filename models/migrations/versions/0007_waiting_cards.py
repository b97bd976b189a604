"""Reports that were passed up, emergency numbers by area; live cards, what is on its way and next steps are found without looking at all rows."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0007'
down_revision = '0006'


def _live(column: str, on_sqlite: str) -> None:
    op.drop_index('ix_delivery_live', 'delivery')
    where = {'sqlite_where': sa.text(on_sqlite), 'postgresql_where': sa.text('live')}
    op.create_index('ix_delivery_live', 'delivery', [column], unique=False, **where)


# Partial indexes hold the words of the queries, as SQLite uses them for no others
_PARTS = {
    'ix_delivery_sending': ('lease_until', "state = 'sending'"),
    'ix_delivery_given_up': ('id', "reason IN ('failed', 'a day late')"),
}


def upgrade() -> None:
    op.add_column('area', sa.Column('emergency', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
    op.add_column('report', sa.Column('passed_up_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    _live('recipient_id', 'live = 1')
    for name, (column, words) in _PARTS.items():
        where = sa.text(words)
        op.create_index(name, 'delivery', [column], sqlite_where=where, postgresql_where=where)
    op.create_index('ix_due_subject', 'due', ['subject_id', 'kind'], unique=False)
    op.create_index('ix_role_kind', 'role', ['kind'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_role_kind', 'role')
    op.drop_index('ix_due_subject', 'due')
    for name in _PARTS:
        op.drop_index(name, 'delivery')
    _live('live', 'live')
    op.drop_column('report', 'passed_up_at')
    op.drop_column('area', 'emergency')
