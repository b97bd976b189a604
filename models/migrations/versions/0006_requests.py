"""Residents' requests, the disposal list by version, units and whistles."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
FIRST_CASE = 1001  # four figures from the first, so that nobody takes a case for a duty


def _add_reference(table: str, column: str, target: str) -> None:
    """A column that refers to another table. SQLite adds it in place: a rebuilt table loses checks and AUTOINCREMENT."""
    name = op.f(f'fk_{table}_{column}_{target}')
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)')
    else:
        op.add_column(table, sa.Column(column, ID, nullable=True))
        op.create_foreign_key(name, table, target, [column], ['id'])
    op.create_index(op.f(f'ix_{table}_{column}'), table, [column])


def _drop_reference(table: str, column: str, target: str) -> None:
    op.drop_index(op.f(f'ix_{table}_{column}'), table)
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f(f'fk_{table}_{column}_{target}'), table, type_='foreignkey')
    op.execute(f'ALTER TABLE {table} DROP COLUMN {column}')


def upgrade() -> None:
    op.create_table('secret',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_secret'))
    )
    op.create_table('disposal_list',
    sa.Column('id', ID, nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('shipped', sa.Boolean(), nullable=False),
    sa.Column('imported_by', ID, nullable=True),
    sa.Column('imported_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['imported_by'], ['member.id'], name=op.f('fk_disposal_list_imported_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disposal_list')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('disposal_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_disposal_list_digest'), ['digest'], unique=False)
    op.create_table('unit',
    sa.Column('id', ID, nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('area_id', ID, nullable=True),
    sa.Column('retired_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_unit_area_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_unit_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unit_name'), ['name'], unique=False)
    op.create_table('request',
    sa.Column('id', ID, nullable=False),
    sa.Column('asker_id', ID, nullable=False),
    sa.Column('for_other', sa.Boolean(), nullable=False),
    sa.Column('area_id', ID, nullable=True),
    sa.Column('list_version', ID, nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=True),
    sa.Column('sorted_by', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('level', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('unit_id', ID, nullable=True),
    sa.Column('owner_id', ID, nullable=True),
    sa.Column('state', sa.Enum('new', 'accepted', 'dispatched', 'resolved', 'confirmed', 'reopened', 'declined', 'merged', name='requeststate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('touched_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('sent_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('accepted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('clock_from', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('extended', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('told_up', sa.Integer(), nullable=False),
    sa.Column('merged_into', ID, nullable=True),
    sa.Column('resolved_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('closed_by', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('consented_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('anonymised_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('place', sa.LargeBinary(), nullable=True),
    sa.Column('position', sa.LargeBinary(), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('rating IS NULL OR (rating >= 1 AND rating <= 5)', name=op.f('ck_request_rating')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_request_area_id_area')),
    sa.ForeignKeyConstraint(['asker_id'], ['member.id'], name=op.f('fk_request_asker_id_member')),
    sa.ForeignKeyConstraint(['list_version'], ['disposal_list.id'], name=op.f('fk_request_list_version_disposal_list')),
    sa.ForeignKeyConstraint(['merged_into'], ['request.id'], name=op.f('fk_request_merged_into_request')),
    sa.ForeignKeyConstraint(['owner_id'], ['member.id'], name=op.f('fk_request_owner_id_member')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_request_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_asker_id'), ['asker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_merged_into'), ['merged_into'], unique=False)
        batch_op.create_index('ix_request_open', ['due_at'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_request_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_unit_id'), ['unit_id'], unique=False)
    op.create_table('request_part',
    sa.Column('id', ID, nullable=False),
    sa.Column('request_id', ID, nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('said_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('file_id', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=True),
    sa.Column('file_unique_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_request_part_request_id_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_part')),
    sa.UniqueConstraint('chat_id', 'message_id', name=op.f('uq_request_part_chat_id_message_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('request_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_part_request_id'), ['request_id'], unique=False)
    op.create_table('whistle',
    sa.Column('id', ID, nullable=False),
    sa.Column('kind', sa.Enum('unsolved', 'joint', 'emergency', name='whistlekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('request_id', ID, nullable=True),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('blower_id', ID, nullable=False),
    sa.Column('by_unit_id', ID, nullable=True),
    sa.Column('blown_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('report_in_by', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('solved_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_whistle_area_id_area')),
    sa.ForeignKeyConstraint(['blower_id'], ['member.id'], name=op.f('fk_whistle_blower_id_member')),
    sa.ForeignKeyConstraint(['by_unit_id'], ['unit.id'], name=op.f('fk_whistle_by_unit_id_unit')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_whistle_request_id_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_whistle')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('whistle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_whistle_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_whistle_by_unit_id'), ['by_unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_whistle_request_id'), ['request_id'], unique=False)
    op.create_table('whistle_call',
    sa.Column('whistle_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('reported_in_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('reported_in_by', ID, nullable=True),
    sa.Column('told_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['reported_in_by'], ['member.id'], name=op.f('fk_whistle_call_reported_in_by_member')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_whistle_call_unit_id_unit')),
    sa.ForeignKeyConstraint(['whistle_id'], ['whistle.id'], name=op.f('fk_whistle_call_whistle_id_whistle')),
    sa.PrimaryKeyConstraint('whistle_id', 'unit_id', name=op.f('pk_whistle_call'))
    )
    with op.batch_alter_table('whistle_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_whistle_call_unit_id'), ['unit_id'], unique=False)
    _add_reference('duty_order', 'request_id', 'request')
    _add_reference('role', 'unit_id', 'unit')

    op.execute('DELETE FROM lesson')  # keyed by a data key that may be rotated away
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('request', {FIRST_CASE - 1})")
    else:
        op.execute(f'ALTER SEQUENCE request_id_seq RESTART WITH {FIRST_CASE}')


def downgrade() -> None:
    _drop_reference('role', 'unit_id', 'unit')
    _drop_reference('duty_order', 'request_id', 'request')
    with op.batch_alter_table('whistle_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_whistle_call_unit_id'))
    op.drop_table('whistle_call')
    with op.batch_alter_table('whistle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_whistle_request_id'))
        batch_op.drop_index(batch_op.f('ix_whistle_by_unit_id'))
        batch_op.drop_index(batch_op.f('ix_whistle_area_id'))
    op.drop_table('whistle')
    with op.batch_alter_table('request_part', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_part_request_id'))
    op.drop_table('request_part')
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_unit_id'))
        batch_op.drop_index(batch_op.f('ix_request_state'))
        batch_op.drop_index(batch_op.f('ix_request_owner_id'))
        batch_op.drop_index('ix_request_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_request_merged_into'))
        batch_op.drop_index(batch_op.f('ix_request_asker_id'))
        batch_op.drop_index(batch_op.f('ix_request_area_id'))
    op.drop_table('request')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_name'))
        batch_op.drop_index(batch_op.f('ix_unit_area_id'))
    op.drop_table('unit')
    with op.batch_alter_table('disposal_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_disposal_list_digest'))
    op.drop_table('disposal_list')
    op.drop_table('secret')
