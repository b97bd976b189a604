"""How often the holder of the lease has noted, here and outside, that it had done something."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.add_column('lease', sa.Column('marked', sa.BigInteger(), nullable=False, server_default='0'))


def downgrade() -> None:
    op.drop_column('lease', 'marked')
