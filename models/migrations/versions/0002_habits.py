"""When people are reminded and left in peace, by area and by person."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('habit',
    sa.Column('id', ID, nullable=False),
    sa.Column('member_id', ID, nullable=True),
    sa.Column('area_id', ID, nullable=True),
    sa.Column('quiet_from', sa.Integer(), nullable=True),
    sa.Column('quiet_until', sa.Integer(), nullable=True),
    sa.Column('eve_at', sa.Integer(), nullable=True),
    sa.Column('before', sa.Integer(), nullable=True),
    sa.CheckConstraint('(member_id IS NULL) <> (area_id IS NULL)', name=op.f('ck_habit_owner')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_habit_area_id_area')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_habit_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_habit')),
    sa.UniqueConstraint('area_id', name=op.f('uq_habit_area_id')),
    sa.UniqueConstraint('member_id', name=op.f('uq_habit_member_id')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    op.drop_table('habit')
