"""What was due before a copy was put back may be left unsaid: when somebody said so."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    op.add_column('stamp', sa.Column('discarded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column('stamp', 'discarded_at')
