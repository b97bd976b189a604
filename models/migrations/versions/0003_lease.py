"""The lease of the process that sends and polls."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('lease',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=True),
    sa.Column('fence', sa.BigInteger(), nullable=False),
    sa.Column('until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lease'))
    )
    op.execute("INSERT INTO lease (id, fence) VALUES (1, 0)")


def downgrade() -> None:
    op.drop_table('lease')
