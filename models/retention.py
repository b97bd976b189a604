"""How long what concerns a person is kept, column by column. `/forget` empties what is marked FORGET at once."""

FORGET = "until the person asks to be forgotten"
DIALOGUE = "until the dialogue ends, a day at the most"
KEPT = "as long as the order; concerns its public conduct"
OPERATORS = "until the operators have dealt with it, or the person asks to be forgotten"
SENT = "thirty days after it was sent; orders' cards as long as the order"
SEEN = "48 hours"
CLOSED = "thirty days after the case or the whistle ended, and until the person asks to be forgotten"

RULES = {
    "member.telegram_id": FORGET,
    "member.name": FORGET,
    "member.language": FORGET,
    "member.telegram_language": FORGET,
    "chat_member.member_id": FORGET,
    "order_visit.member_id": FORGET,
    "habit.member_id": FORGET,
    "claim.position": FORGET,
    "claim.distance": FORGET,
    "report.words": FORGET,
    "report.position": FORGET,
    "report_photo.file_id": FORGET,
    "report_photo.file_unique_id": FORGET,
    "review.reason": KEPT,
    "duty_order.cancel_reason": KEPT,
    "request.place": CLOSED,
    "request.position": CLOSED,
    "request.phone": CLOSED,
    "request.reason": CLOSED,
    "request_part.words": CLOSED,
    "request_part.chat_id": CLOSED,
    "request_part.message_id": CLOSED,
    "request_part.file_id": CLOSED,
    "request_part.file_unique_id": CLOSED,
    "whistle.words": CLOSED,
    "secret.value": "as long as the database; concerns nobody",
    "question.content": DIALOGUE,
    "dead_letter.body": OPERATORS,
    "delivery.recipient_id": SENT,
    "delivery.chat_id": SENT,
    "report_photo.chat_id": FORGET,
    "seen_update.update_id": SEEN,
}
