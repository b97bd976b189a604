"""The first schema."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models.guarding import forbid_ledger_changes

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('area',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('level', sa.Enum('district', 'street', 'community', 'grid', name='level', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('path', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('time_zone', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
    sa.Column('retired_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_parent_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('code', name=op.f('uq_area_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_path'), ['path'], unique=False)

    op.create_table('attempt',
    sa.Column('update_id', sa.BigInteger(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('update_id', name=op.f('pk_attempt'))
    )
    op.create_table('chat',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('telegram_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=128), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
    sa.Column('state', sa.Enum('active', 'gone', name='chatstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('joined_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chat')),
    sa.UniqueConstraint('telegram_id', name=op.f('uq_chat_telegram_id')),
    sqlite_autoincrement=True
    )
    op.create_table('dead_letter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('update_id', sa.BigInteger(), nullable=False),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('redriven_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dead_letter')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('dead_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dead_letter_update_id'), ['update_id'], unique=False)

    op.create_table('due',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('done_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due')),
    sa.UniqueConstraint('key', name=op.f('uq_due_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('due', schema=None) as batch_op:
        batch_op.create_index('ix_due_waiting', ['due_at'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('identity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bot_id', sa.BigInteger(), nullable=False),
    sa.Column('running', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity'))
    )
    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('used_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash')),
    sqlite_autoincrement=True
    )
    op.create_table('member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('telegram_id', sa.BigInteger(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
    sa.Column('telegram_language', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('reach', sa.Enum('never_started', 'ok', 'blocked', name='reach', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('joined_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('suspended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('forgotten_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('telegram_id', name=op.f('uq_member_telegram_id')),
    sqlite_autoincrement=True
    )
    op.create_table('seen_update',
    sa.Column('bot_id', sa.BigInteger(), nullable=False),
    sa.Column('update_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('bot_id', 'update_id', name=op.f('pk_seen_update'))
    )
    with op.batch_alter_table('seen_update', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seen_update_at'), ['at'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_account_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('member_id', name=op.f('uq_account_member_id')),
    sqlite_autoincrement=True
    )
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fact', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('subject_kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['member.id'], name=op.f('fk_audit_actor_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index('ix_audit_subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('binding',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thread_id', sa.BigInteger(), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bound_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bound_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_binding_area_id_area')),
    sa.ForeignKeyConstraint(['bound_by'], ['member.id'], name=op.f('fk_binding_bound_by_member')),
    sa.ForeignKeyConstraint(['chat_id'], ['chat.id'], name=op.f('fk_binding_chat_id_chat')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_binding')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('binding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_binding_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_binding_chat_id'), ['chat_id'], unique=False)

    op.create_table('chat_member',
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('left_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_chat_member_member_id_member')),
    sa.PrimaryKeyConstraint('chat_id', 'member_id', name=op.f('pk_chat_member'))
    )
    with op.batch_alter_table('chat_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_chat_member_member_id'), ['member_id'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('args', sa.JSON(), nullable=False),
    sa.Column('subject_kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('thread_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lane', sa.SmallInteger(), nullable=False),
    sa.Column('klass', sa.Enum('critical', 'courtesy', name='deliveryclass', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.Column('shown_version', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Enum('pending', 'sending', 'sent', 'later', 'ambiguous', 'never', name='deliverystate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('lease_until', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('unique_key', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['recipient_id'], ['member.id'], name=op.f('fk_delivery_recipient_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('unique_key', name=op.f('uq_delivery_unique_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_live', ['live'], unique=False, sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))
        batch_op.create_index('ix_delivery_message', ['chat_id', 'message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_recipient_id'), ['recipient_id'], unique=False)
        batch_op.create_index('ix_delivery_subject', ['subject_kind', 'subject_id'], unique=False)
        batch_op.create_index('ix_delivery_waiting', ['due_at'], unique=False, sqlite_where=sa.text("state IN ('pending', 'later')"), postgresql_where=sa.text("state IN ('pending', 'later')"))

    op.create_table('duty_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('issuer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line', sa.Enum('welfare', 'work', name='line', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('starts_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ends_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('report_by', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.Enum('none', 'words', 'photo', 'location', name='evidence', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('evidence_count', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'open', 'running', 'closed', 'cancelled', name='orderstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('issued_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('cancel_reason', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('places > 0 AND points >= 0', name=op.f('ck_duty_order_sizes')),
    sa.CheckConstraint('taken >= 0 AND taken <= places', name=op.f('ck_duty_order_capacity')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_duty_order_area_id_area')),
    sa.ForeignKeyConstraint(['issuer_id'], ['member.id'], name=op.f('fk_duty_order_issuer_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_order')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('duty_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duty_order_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_duty_order_issuer_id'), ['issuer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_duty_order_state'), ['state'], unique=False)

    op.create_table('question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('step', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_question_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_member_id'), ['member_id'], unique=False)
        batch_op.create_index('uq_question_open', ['member_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('volunteer', 'leader', 'officer', 'administrator', name='rolekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('granted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('granted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('revoked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_role_area_id_area')),
    sa.ForeignKeyConstraint(['granted_by'], ['member.id'], name=op.f('fk_role_granted_by_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_role_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_member_id'), ['member_id'], unique=False)

    op.create_table('claim',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('waitlisted', 'offered', 'claimed', 'checked_in', 'reported', 'returned', 'approved', 'rejected', 'withdrawn', 'expired', 'no_show', name='claimstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('claimed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('report_by', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('confirmed_revision', sa.Integer(), nullable=False),
    sa.Column('attending_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('checked_in_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('distance', sa.Integer(), nullable=True),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('position', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_claim_member_id_member')),
    sa.ForeignKeyConstraint(['order_id'], ['duty_order.id'], name=op.f('fk_claim_order_id_duty_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('order_id', 'member_id', name=op.f('uq_claim_order_id_member_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_state'), ['state'], unique=False)

    op.create_table('order_visit',
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_order_visit_member_id_member')),
    sa.ForeignKeyConstraint(['order_id'], ['duty_order.id'], name=op.f('fk_order_visit_order_id_duty_order')),
    sa.PrimaryKeyConstraint('order_id', 'member_id', name=op.f('pk_order_visit'))
    )
    op.create_table('report',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('said_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('up_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('asked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('lacking', sa.Boolean(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('position', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_report_claim_id_claim')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_claim_id'), ['claim_id'], unique=False)

    op.create_table('report_photo',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_id', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('file_unique_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('album', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_photo_report_id_report')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_photo')),
    sa.UniqueConstraint('report_id', 'file_unique_id', name=op.f('uq_report_photo_report_id_file_unique_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('report_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_photo_album'), ['album'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content_version', sa.Integer(), nullable=False),
    sa.Column('reviewer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decision', sa.Enum('waitlisted', 'offered', 'claimed', 'checked_in', 'reported', 'returned', 'approved', 'rejected', 'withdrawn', 'expired', 'no_show', name='claimstate', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('was', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('decided_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('settles_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('undone_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('paid_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('seal_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('rating IS NULL OR (rating >= 1 AND rating <= 5)', name=op.f('ck_review_rating')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_review_report_id_report')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['member.id'], name=op.f('fk_review_reviewer_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_report_id'), ['report_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_reviewer_id'), ['reviewer_id'], unique=False)

    op.create_table('transfer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_account', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_account', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('arithmetic', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint('from_account <> to_account', name=op.f('ck_transfer_accounts')),
    sa.CheckConstraint('points > 0', name=op.f('ck_transfer_points')),
    sa.ForeignKeyConstraint(['from_account'], ['account.id'], name=op.f('fk_transfer_from_account_account')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_transfer_review_id_review')),
    sa.ForeignKeyConstraint(['to_account'], ['account.id'], name=op.f('fk_transfer_to_account_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer')),
    sa.UniqueConstraint('review_id', 'kind', name=op.f('uq_transfer_review_id_kind')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfer_from_account'), ['from_account'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfer_to_account'), ['to_account'], unique=False)

    op.execute("INSERT INTO account (id) VALUES (1)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('account', 'id'), 1)")
    forbid_ledger_changes(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table('transfer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_transfer_to_account'))
        batch_op.drop_index(batch_op.f('ix_transfer_from_account'))

    op.drop_table('transfer')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_reviewer_id'))
        batch_op.drop_index(batch_op.f('ix_review_report_id'))

    op.drop_table('review')
    with op.batch_alter_table('report_photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_photo_album'))

    op.drop_table('report_photo')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_claim_id'))

    op.drop_table('report')
    op.drop_table('order_visit')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_state'))
        batch_op.drop_index(batch_op.f('ix_claim_member_id'))

    op.drop_table('claim')
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_member_id'))
        batch_op.drop_index(batch_op.f('ix_role_area_id'))

    op.drop_table('role')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index('uq_question_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_question_member_id'))

    op.drop_table('question')
    with op.batch_alter_table('duty_order', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duty_order_state'))
        batch_op.drop_index(batch_op.f('ix_duty_order_issuer_id'))
        batch_op.drop_index(batch_op.f('ix_duty_order_area_id'))

    op.drop_table('duty_order')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_waiting', sqlite_where=sa.text("state IN ('pending', 'later')"), postgresql_where=sa.text("state IN ('pending', 'later')"))
        batch_op.drop_index('ix_delivery_subject')
        batch_op.drop_index(batch_op.f('ix_delivery_recipient_id'))
        batch_op.drop_index('ix_delivery_message')
        batch_op.drop_index('ix_delivery_live', sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))

    op.drop_table('delivery')
    with op.batch_alter_table('chat_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_chat_member_member_id'))

    op.drop_table('chat_member')
    with op.batch_alter_table('binding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_binding_chat_id'))
        batch_op.drop_index(batch_op.f('ix_binding_area_id'))

    op.drop_table('binding')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_subject')
        batch_op.drop_index(batch_op.f('ix_audit_actor_id'))

    op.drop_table('audit')
    op.drop_table('account')
    with op.batch_alter_table('seen_update', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seen_update_at'))

    op.drop_table('seen_update')
    op.drop_table('member')
    op.drop_table('invitation')
    op.drop_table('identity')
    with op.batch_alter_table('due', schema=None) as batch_op:
        batch_op.drop_index('ix_due_waiting', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.drop_table('due')
    with op.batch_alter_table('dead_letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dead_letter_update_id'))

    op.drop_table('dead_letter')
    op.drop_table('chat')
    op.drop_table('attempt')
    with op.batch_alter_table('area', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_area_path'))
        batch_op.drop_index(batch_op.f('ix_area_parent_id'))
        batch_op.drop_index(batch_op.f('ix_area_name'))

    op.drop_table('area')
