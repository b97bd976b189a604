"""What kind each file of a report is: videos, voice notes and documents are evidence as photos are."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    kind = sqlmodel.sql.sqltypes.AutoString(length=12)
    op.add_column('report_photo', sa.Column('kind', kind, nullable=False, server_default='photo'))


def downgrade() -> None:
    op.drop_column('report_photo', 'kind')
