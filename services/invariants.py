"""What must always hold of the data, each as a query that finds what breaks it."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

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
        SELECT o.id FROM duty_order o LEFT JOIN due d ON d.subject_id = o.id AND d.kind LIKE 'order.%'
        WHERE o.state IN ('open', 'running')
        AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.order_id = o.id AND c.state = 'reported')
        GROUP BY o.id HAVING count(d.id) = 0""",  # its own are done, and swept in time, while a report waits
    "approved review {0} has no due row that pays it": """
        SELECT r.id FROM review r LEFT JOIN due d ON d.subject_id = r.id AND d.kind = 'review.settle'
        WHERE r.decision = 'approved' AND r.paid_at IS NULL AND r.undone_at IS NULL AND d.id IS NULL""",
    "request {0} is open and has no deadline that would be told": """
        SELECT r.id FROM request r LEFT JOIN due d ON d.subject_id = r.id AND d.kind = 'request.escalate'
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


def broken(session: Session) -> Iterator[str]:
    """A line for everything that breaks an invariant."""
    for sentence, query in CHECKS.items():
        for row in session.connection().execute(text(query)):
            yield sentence.format(*row)
