"""Events of two customers and two campaigns, with texts that no terminal must get as they are."""

BODIES = [
    {"type": "user_created", "user": {"id": 123, "email": "steve@getvero.com", "plan": "gold"}},
    {"type": "user_updated", "user": {"id": 123},
     "changes": {"_tags": {"add": ["vip"]}, "name": "\x1b[31mred\x07"}},
    {"type": "sent", "sent_at": 1435016238, "user": {"id": 123, "email": "Steve@getvero.com"},
     "campaign": {"id": 987, "name": "Order, \"confirmation\"\x1b[2J", "variation": "A"},
     "message_id": "m"},
    {"type": "opened", "opened_at": 1435016239, "user": {"id": 123},
     "campaign": {"id": 987, "variation": "A"}},
    {"type": "bounced", "bounced_at": 1435016240, "bounce_type": "hard", "user": {"id": "b"},
     "bounce_message": "no such\r\nmailbox", "campaign": {"id": 988, "name": "Weekly"}},
]
