"""How quick a case's first answer was, and that it was solved late, through being opened again; who said where it is."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.add_column('request', sa.Column('area_from', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True))
    op.add_column('request', sa.Column('answered_in_time', sa.Boolean(), nullable=True))
    op.add_column('request', sa.Column('solved_late', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column('request', 'solved_late')
    op.drop_column('request', 'answered_in_time')
    op.drop_column('request', 'area_from')
