"""What confirmed requests have taught."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('lesson',
    sa.Column('feature', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('category', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
    sa.Column('requests', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('feature', 'category', name=op.f('pk_lesson')),
    )


def downgrade() -> None:
    op.drop_table('lesson')
