"""What must always hold of the data, each as a query that finds what breaks it."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from models import guarding
from models.lifecycle import HOLDING

_HOLDING = ", ".join(f"'{state.value}'" for state in HOLDING)

CHECKS = {
    "order {0} counts {1} places taken but {2} claims hold one": f"""
        SELECT o.id, o.taken, count(c.id) FROM duty_order o
        LEFT JOIN claim c ON c.order_id = o.id AND c.state IN ({_HOLDING})
        GROUP BY o.id, o.taken HAVING o.taken <> count(c.id)""",
    "order {0} has {1} places and {2} taken": "SELECT id, places, taken FROM duty_order WHERE taken > places",
    "transfer {0} moves {1} points": "SELECT id, points FROM transfer WHERE points <= 0",
    "transfer {0} has no review behind it": """
        SELECT t.id FROM transfer t LEFT JOIN review r ON r.id = t.review_id
        WHERE t.kind = 'award' AND (r.id IS NULL OR r.undone_at IS NOT NULL)""",
    "review {0} was paid {1} times": """
        SELECT review_id, count(*) FROM transfer WHERE kind = 'award' GROUP BY review_id HAVING count(*) > 1""",
    "claim {0} is reported but has no report": """
        SELECT c.id FROM claim c LEFT JOIN report r ON r.claim_id = c.id WHERE c.state = 'reported' AND r.id IS NULL""",
    "member {0} has {1} open questions": """
        SELECT member_id, count(*) FROM question WHERE closed_at IS NULL GROUP BY member_id HAVING count(*) > 1""",
    "delivery {0} is on its way and nobody carries it": """
        SELECT id FROM delivery WHERE state = 'sending' AND (owner IS NULL OR lease_until IS NULL)""",
    "review {0} was both undone and paid": """
        SELECT id FROM review WHERE undone_at IS NOT NULL AND paid_at IS NOT NULL""",
    "order {0} is open and has no due row": """
        SELECT o.id FROM duty_order o
        LEFT JOIN due d ON d.subject_id = o.id AND d.kind LIKE 'order.%' AND d.done_at IS NULL
        WHERE o.state IN ('open', 'running')
        AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.order_id = o.id AND c.state IN ('reported', 'returned'))
        GROUP BY o.id HAVING count(d.id) = 0""",  # its own are done, and swept in time, while a report waits
    "approved review {0} has no due row that pays it": """
        SELECT r.id FROM review r
        LEFT JOIN due d ON d.subject_id = r.id AND d.kind = 'review.settle' AND d.done_at IS NULL
        WHERE r.decision = 'approved' AND r.paid_at IS NULL AND r.undone_at IS NULL AND d.id IS NULL""",
    "request {0} is open and has no deadline that would be told": """
        SELECT r.id FROM request r
        LEFT JOIN due d ON d.subject_id = r.id AND d.kind = 'request.escalate' AND d.done_at IS NULL
        WHERE r.state IN ('new', 'accepted', 'dispatched', 'reopened')
        GROUP BY r.id HAVING count(d.id) = 0""",
    "{0} requests are open, and nobody who could act on them can be written to": """
        SELECT count(*) FROM request WHERE state IN ('new', 'accepted', 'dispatched', 'reopened')
        AND NOT EXISTS (SELECT 1 FROM role r JOIN member m ON m.id = r.member_id
            WHERE r.kind <> 'volunteer' AND r.revoked_at IS NULL AND m.reach = 'ok')
        HAVING count(*) > 0""",
    "area {0} has the path {1}, which does not end in itself": """
        SELECT id, path FROM area WHERE path NOT LIKE '%/' || id || '/'""",
}

# What only hands that are not the program's can break: looked at when somebody asks, not every minute
THOROUGH = {
    "transfer {0} says {1} and moves {2} points": """
        SELECT t.id, t.arithmetic, t.points FROM transfer t JOIN review v ON v.id = t.review_id
        JOIN report r ON r.id = v.report_id JOIN claim c ON c.id = r.claim_id
        WHERE t.arithmetic <> t.points || ' points of order ' || c.order_id""",
    "transfer {0} is of the kind {1}, which nobody gives": "SELECT id, kind FROM transfer WHERE kind <> 'award'",
    "transfer {0} went to somebody else than claim {1} is of": """
        SELECT t.id, c.id FROM transfer t JOIN review v ON v.id = t.review_id
        JOIN report r ON r.id = v.report_id JOIN claim c ON c.id = r.claim_id
        JOIN account a ON a.id = t.to_account WHERE a.member_id IS NULL OR a.member_id <> c.member_id""",
    "review {0} counts as paid, and no transfer shows it": """
        SELECT v.id FROM review v JOIN report r ON r.id = v.report_id JOIN claim c ON c.id = r.claim_id
        JOIN duty_order o ON o.id = c.order_id
        WHERE v.decision = 'approved' AND v.paid_at IS NOT NULL AND v.undone_at IS NULL AND o.points > 0
        AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.review_id = v.id)""",
    "claim {0} is approved, and no review says so": """
        SELECT c.id FROM claim c WHERE c.state = 'approved' AND NOT EXISTS (
            SELECT 1 FROM report r JOIN review v ON v.report_id = r.id
            WHERE r.claim_id = c.id AND v.decision = 'approved' AND v.undone_at IS NULL)""",
    "order {0} has ended, and claim {1} is still to come": """
        SELECT o.id, c.id FROM duty_order o JOIN claim c ON c.order_id = o.id
        WHERE o.ended_at IS NOT NULL AND c.state IN ('claimed', 'checked_in')""",
    "request {0} is {1}, and has been closed": """
        SELECT id, state FROM request
        WHERE state IN ('new', 'accepted', 'dispatched', 'reopened', 'resolved') AND closed_at IS NOT NULL""",
    "request {0} is {1}, and has not been closed": """
        SELECT id, state FROM request WHERE state IN ('confirmed', 'declined', 'merged') AND closed_at IS NULL""",
    "request {0} is with volunteers, and neither a duty is out nor a helper named": """
        SELECT r.id FROM request r WHERE r.state = 'dispatched' AND r.owner_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM duty_order o WHERE o.request_id = r.id AND (o.ended_at IS NULL
            OR EXISTS (SELECT 1 FROM claim c WHERE c.order_id = o.id AND c.state = 'approved')))""",
    "request {0} goes on as part of itself, or of nothing": """
        SELECT id FROM request WHERE state = 'merged' AND (merged_into IS NULL OR merged_into = id)""",
    "the card of order {0} in chat {1} is newer than the order": """
        SELECT o.id, d.chat_id FROM delivery d JOIN duty_order o ON o.id = d.subject_id
        WHERE d.kind = 'order' AND d.subject_kind = 'order' AND d.live AND d.shown_version > o.version""",
    "area {0} does not lie where its parent does": """
        SELECT a.id FROM area a LEFT JOIN area p ON p.id = a.parent_id
        WHERE a.path <> coalesce(p.path, '/') || a.id || '/'""",
}


def broken(session: Session, *, thorough: bool = False) -> Iterator[str]:
    """A line for everything that breaks an invariant; `thorough` also looks for what the program itself cannot break."""
    connection = session.connection()
    for sentence, query in {**CHECKS, **(THOROUGH if thorough else {})}.items():
        for row in connection.execute(text(query)):
            yield sentence.format(*row)
    if thorough and not guarding.is_guarded(connection):
        yield "the ledger is not guarded against changes; a running bot guards it again within a minute"
