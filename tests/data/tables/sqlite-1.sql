PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('schema_version','1');
CREATE TABLE journals(journal_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL UNIQUE);
INSERT INTO journals VALUES('3121075bb182a775',0);
CREATE TABLE cursor(
         sink TEXT NOT NULL, journal_id TEXT NOT NULL, seq INTEGER NOT NULL,
         PRIMARY KEY(sink, journal_id)) WITHOUT ROWID;
INSERT INTO cursor VALUES('customers','3121075bb182a775',30);
CREATE TABLE events(
         seq INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, occurred_at TEXT,
         received_at TEXT NOT NULL, user_id TEXT, user_id_is_number INTEGER NOT NULL, email TEXT,
         campaign_id TEXT, campaign_name TEXT, variation TEXT, message_id TEXT,
         bounce_type TEXT, bounce_code TEXT, bounce_message TEXT, user_agent TEXT,
         duplicate_of INTEGER, extra TEXT, body TEXT);
INSERT INTO events VALUES(1,'e0359ba030cf7f9162797d5007b71993','bounced','2015-06-22T23:37:18Z','2026-11-24T15:31:50.474727Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A',NULL,'hard',NULL,NULL,NULL,NULL,NULL,replace('{\n    "bounced_at":1435016238,\n    "bounce_type":"hard",\n    "type":"bounced",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    },\n    "campaign": {\n        "id":987,\n        "type":"transactional",\n        "name":"Order confirmation",\n        "subject":"Your order is being processed!",\n        "trigger-event":"purchased item",\n        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n        "variation":"Variation A"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(2,'a798d3481d25618262f08383357e00f8','clicked','2015-06-22T23:37:18Z','2026-11-24T15:31:50.475420Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A',NULL,NULL,NULL,NULL,'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)',NULL,NULL,replace('{\n    "clicked_at":1435016238,\n    "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",\n    "type":"clicked",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    },\n    "campaign": {\n        "id":987,\n        "type":"transactional",\n        "name":"Order confirmation",\n        "subject":"Your order is being processed!",\n        "trigger-event":"purchased item",\n        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n        "variation":"Variation A"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(3,'285047e61d8f17e54fced25bfc64fd52','delivered','2015-06-22T23:37:18Z','2026-11-24T15:31:50.476569Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A',NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n    "delivered_at":1435016238,\n    "type":"delivered",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    },\n    "campaign": {\n        "id":987,\n        "type":"transactional",\n        "name":"Order confirmation",\n        "subject":"Your order is being processed!",\n        "trigger-event":"purchased item",\n        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n        "variation":"Variation A"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(4,'2e378c4711bff3df7c3500068d7daa64','opened','2015-06-22T23:37:18Z','2026-11-24T15:31:50.478209Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A',NULL,NULL,NULL,NULL,'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)',NULL,NULL,replace('{\n    "opened_at":1435016238,\n    "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",\n    "type":"opened",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    },\n    "campaign": {\n        "id":987,\n        "type":"transactional",\n        "name":"Order confirmation",\n        "subject":"Your order is being processed!",\n        "trigger-event":"purchased item",\n        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n        "variation":"Variation A"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(5,'518250ed903a1214ba64d6c1a027d89d','sent','2015-06-22T23:37:18Z','2026-11-24T15:31:50.485717Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A',NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n    "sent_at":1435016238,\n    "type":"sent",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    },\n    "campaign": {\n        "id":987,\n        "type":"transactional",\n        "name":"Order confirmation",\n        "subject":"Your order is being processed!",\n        "trigger-event":"purchased item",\n        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n        "variation":"Variation A"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(6,'66364f2f07c5af3f2ab627dd5379d678','unsubscribed','2015-06-22T23:37:18Z','2026-11-24T15:31:50.490906Z','123',1,'steve@getvero.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n    "unsubscribed_at":1435016238,\n    "type":"unsubscribed",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(7,'508378d164375e15a55aef70c6b75f40','user_created',NULL,'2026-11-24T15:31:50.491802Z','123',1,'steve@getvero.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n    "type":"user_created",\n    "user": {\n        "firstname":"Steve",\n        "company":"Vero",\n        "role":"Bot",\n        "id":123,\n        "email":"steve@getvero.com"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(8,'89ba2ed0bccb7525237cae53538c8db7','user_updated',NULL,'2026-11-24T15:31:50.493271Z','123',1,'steve@getvero.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n    "type":"user_updated",\n    "user": {\n        "id":123,\n        "email":"steve@getvero.com"\n    },\n    "changes": {\n        "_tags": {\n            "add": ["active-customer"],\n            "remove":["unactive-180-days"]\n        }\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(9,'06508192bf0ed452c44ecfdc92c43f08','sent','2015-06-22T23:37:18Z','2026-11-24T15:31:50.494323Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A','20190730123456.1.1B72E094173067F0F@veromail.com',NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n"sent_at":1435016238,\n"type":"sent",\n"user": {\n"id":123,\n"email":"steve@getvero.com"\n},\n"campaign": {\n"id":987,\n"type":"transactional",\n"name":"Order confirmation",\n"subject":"Your order is being processed!",\n"trigger-event":"purchased item",\n"permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n"variation":"Variation A"\n},\n"message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"\n}\n','\n',char(10)));
INSERT INTO events VALUES(10,'9757fc40293030625652a8ae24d3c920','sent','2015-06-22T23:37:18Z','2026-11-24T15:31:50.495493Z','12345',1,'steve@getvero.com','1235666234572456','Cart Abandonment Followup','Variation A',NULL,NULL,NULL,NULL,'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)',NULL,NULL,replace('{\n    "type": "sent",\n    "user": {\n        "id": 12345,\n        "email": "steve@getvero.com"\n    },\n    "campaign": {\n        "id": 1235666234572456,\n        "type": "behavioural",\n        "name": "Cart Abandonment Followup",\n        "subject": "You have items in your shopping bag",\n        "trigger-event": "Abandoned cart",\n        "permalink": "http://app.getvero.com/view/1/9c8c3ac6ac65736926a6da5aefbf852d",\n        "variation": "Variation A"\n     },\n     "sent_at": 1435016238,\n     "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"\n}\n','\n',char(10)));
INSERT INTO events VALUES(11,'f96736de2e248ac797ea3e86ac46a75f','user_updated',NULL,'2026-11-24T15:31:50.496792Z','123456',1,'damien@getvero.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n    "type":"user_updated",\n    "user": {\n        "id": 123456,\n        "email":"damien@getvero.com"\n    },\n    "changes": {\n        "_tags": {\n          "add": ["test"],\n          "remove": []\n        },\n        "first_name": "Chris"\n    }\n}\n','\n',char(10)));
INSERT INTO events VALUES(12,'1cdfeb064f2057608d7aebc121b468f5','bounced','2015-06-22T23:37:18Z','2026-11-24T15:31:50.497655Z','123',1,' steve@getvero.com','987','Order confirmation','Variation A','20190730123456.1.1B72E094173067F0F@veromail.com','hard',NULL,NULL,NULL,NULL,NULL,replace('{\n  "bounced_at":1435016238,\n  "bounce_type":"hard",\n  "type":"bounced",\n  "user": {\n    "id": 123,\n    "email":" steve@getvero.com"\n  },\n  "campaign": {\n    "id": 987,\n    "type": "transactional",\n    "name": "Order confirmation",\n    "subject": "Your order is being processed!",\n    "trigger-event": "purchased item",\n    "permalink": "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n    "variation": "Variation A"\n  },\n  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"\n}\n','\n',char(10)));
INSERT INTO events VALUES(13,'e97e20b655a4e2587f568dcbc9b78512','clicked','2015-06-22T23:37:18Z','2026-11-24T15:31:50.498454Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A','20190730123456.1.1B72E094173067F0F@veromail.com',NULL,NULL,NULL,'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)',NULL,NULL,replace('{\n  "clicked_at":1435016238,\n  "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",\n  "type":"clicked",\n  "user": {\n    "id": 123,\n    "email": "steve@getvero.com"\n  },\n  "campaign": {\n    "id": 987,\n    "type": "transactional",\n    "name": "Order confirmation",\n    "subject": "Your order is being processed!",\n    "trigger-event": "purchased item",\n    "permalink": "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n    "variation": "Variation A"\n  },\n  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"\n}\n','\n',char(10)));
INSERT INTO events VALUES(14,'b95d1f46651647ee65488f2e33c738bc','delivered','2015-06-22T23:37:18Z','2026-11-24T15:31:50.499861Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A','20190730123456.1.1B72E094173067F0F@veromail.com',NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n  "delivered_at":1435016238,\n  "type":"delivered",\n  "user": {\n    "id":123,\n    "email":"steve@getvero.com"\n  },\n  "campaign": {\n    "id":987,\n    "type":"transactional",\n    "name":"Order confirmation",\n    "subject":"Your order is being processed!",\n    "trigger-event":"purchased item",\n    "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n    "variation":"Variation A"\n  },\n  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"\n}\n','\n',char(10)));
INSERT INTO events VALUES(15,'e1df7a1e80a11a25dab7d044e9bfca29','opened','2015-06-22T23:37:18Z','2026-11-24T15:31:50.503318Z','123',1,'steve@getvero.com','987','Order confirmation','Variation A','20190730123456.1.1B72E094173067F0F@veromail.com',NULL,NULL,NULL,'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)',NULL,NULL,replace('{\n  "opened_at":1435016238,\n  "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",\n  "type":"opened",\n  "user": {\n    "id": 123,\n    "email": "steve@getvero.com"\n  },\n  "campaign": {\n    "id": 987,\n    "type": "transactional",\n    "name": "Order confirmation",\n    "subject": "Your order is being processed!",\n    "trigger-event": "purchased item",\n    "permalink": "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n    "variation": "Variation A"\n  },\n  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"\n}\n','\n',char(10)));
INSERT INTO events VALUES(16,'487cb9a42b8937bb479a4ca6939932c4','sent','2015-06-22T23:37:18Z','2026-11-24T15:31:50.506534Z','123',1,'steve@getvero.com','987',' Order confirmation',' Variation A','20190730123456.1.1B72E094173067F0F@veromail.com',NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n  "sent_at":1435016238,\n  "type":"sent",\n  "user": {\n    "id":123,\n    "email":"steve@getvero.com"\n  },\n  "campaign": {\n    "id": 987,\n    "type":" transactional",\n    "name":" Order confirmation",\n    "subject":" Your order is being processed!",\n    "trigger-event":" purchased item",\n    "permalink":" http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",\n    "variation":" Variation A"\n  },\n  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"\n}\n','\n',char(10)));
INSERT INTO events VALUES(17,'1a814fffea3f9a4ab9a193f43faec4fc','unsubscribed','2015-06-22T23:37:18Z','2026-11-24T15:31:50.509139Z','123',1,'steve@getvero.com',NULL,'Order confirmation','Control','20190730123456.1.1B72E094173067F0F@veromail.com',NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n  "unsubscribed_at":1435016238,\n  "type":"unsubscribed",\n  "user": {\n    "id": 123,\n    "email": "steve@getvero.com"\n  },\n  "campaign": {\n    "campaign_title": "Order confirmation",\n    "series_title": "Order Tracking",\n    "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com",\n    "email_subject": "Your order is being processed!",\n    "variation_name": "Control",\n    "template": "Order Template"\n  }\n}\n','\n',char(10)));
INSERT INTO events VALUES(18,'7478818c8d42490c8ca84d5061aaeb6f','user_created',NULL,'2026-11-24T15:31:50.510463Z','123',1,'steve@getvero.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('{\n  "type":"user_created",\n  "user": {\n    "firstname": "Steve",\n    "company": "Vero",\n    "role": "Bot",\n    "id": 123,\n    "email": "steve@getvero.com"\n  }\n}\n','\n',char(10)));
INSERT INTO events VALUES(19,'72e9cffa2a9749d001f65ce3563c3155','user_updated',NULL,'2026-11-24T15:31:50.512035Z','123',1,'steve@getvero.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,replace('  {\n  "type":"user_updated",\n  "user": {\n    "id": 123,\n    "email": "steve@getvero.com"\n  },\n  "changes": {\n    "_tags": {\n      "add": ["active-customer"],\n      "remove": ["unactive-180-days"]\n    }\n  }\n}\n','\n',char(10)));
INSERT INTO events VALUES(20,'79ba0a1d071191f6d67533aaffde0eee','user_created',NULL,'2026-11-24T15:31:50.513132Z','anna',0,'anna@example.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "user_created", "user": {"id": "anna", "email": "anna@example.com", "plan": "free"}}');
INSERT INTO events VALUES(21,'1ae39d39274fad3528928ceca392cfb4','user_updated',NULL,'2026-11-24T15:31:50.514437Z','anna',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "user_updated", "user": {"id": "anna"}, "changes": {"plan": "paid", "_tags": {"add": ["vip", "new"]}}}');
INSERT INTO events VALUES(22,'c16a27cf71a774807ec6cfd98a4f380f','user_updated',NULL,'2026-11-24T15:31:50.515721Z','anna',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "user_updated", "user": {"id": "anna"}, "changes": {"_tags": {"remove": ["new"]}}}');
INSERT INTO events VALUES(23,'66d0e6f4ba08b5594dfa5c849d164a8c','sent','2026-01-01T00:00:00Z','2026-11-24T15:31:50.516707Z','anna',0,'anna@example.com','31','January','A','m-anna',NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "sent", "sent_at": 1767225600, "user": {"id": "anna", "email": "anna@example.com"}, "campaign": {"id": 31, "name": "January", "variation": "A"}, "message_id": "m-anna"}');
INSERT INTO events VALUES(24,'4eff2b878db74d412aa5bc010082cfd6','opened','2026-01-01T00:01:00Z','2026-11-24T15:31:50.517795Z','anna',0,NULL,'31','January','A','m-anna',NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "opened", "opened_at": 1767225660, "user": {"id": "anna"}, "campaign": {"id": 31, "name": "January", "variation": "A"}, "message_id": "m-anna"}');
INSERT INTO events VALUES(25,'2016fdf7d7a9da0b927a3376cfa1047b','sent','2026-01-01T00:00:00Z','2026-11-24T15:31:50.518920Z','8',1,'Ben@example.com','31','January','B','m-ben',NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "sent", "sent_at": 1767225600, "user": {"id": 8, "email": "Ben@example.com"}, "campaign": {"id": 31, "name": "January", "variation": "B"}, "message_id": "m-ben"}');
INSERT INTO events VALUES(26,'1f0032dfb5ba4fdf8ce0f08a40db952e','bounced','2026-01-01T00:00:01Z','2026-11-24T15:31:50.520457Z','8',1,NULL,'31','January','B',NULL,'hard','550','no such user',NULL,NULL,NULL,'{"type": "bounced", "bounced_at": 1767225601, "bounce_type": "hard", "bounce_code": 550, "bounce_message": "no such user", "user": {"id": 8}, "campaign": {"id": 31, "name": "January", "variation": "B"}}');
INSERT INTO events VALUES(27,'92c58d1a184f5f5f98d95bff1a7be551','complained','2026-01-01T00:01:40Z','2026-11-24T15:31:50.521623Z','9',1,'cleo@example.com',NULL,NULL,NULL,'m-cleo',NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "complained", "complained_at": 1767225700, "user": {"id": 9, "email": "cleo@example.com"}, "message_id": "m-cleo"}');
INSERT INTO events VALUES(28,'148cb5e93f1f51c52b2567a59558b8f7','unsubscribed','2026-01-01T00:03:20Z','2026-11-24T15:31:50.523497Z','dora',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "unsubscribed", "unsubscribed_at": 1767225800, "user": {"id": "dora"}}');
INSERT INTO events VALUES(29,'abe2abf2161704e9507d09bd6d71198a','resubscribed',NULL,'2026-11-24T15:31:50.524428Z','dora',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"type": "resubscribed", "user": {"id": "dora"}}');
INSERT INTO events VALUES(30,'1b18b5b82fa7aa727fd99892b53591eb','odd',NULL,'2026-11-24T15:31:50.525242Z',NULL,0,'nobody@example.com',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"new":{"a":1}}','{"type": "odd", "user": {"id": null, "email": "nobody@example.com"}, "new": {"a": 1}}');
CREATE TABLE customers(
         number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, id_is_number INTEGER NOT NULL,
         email TEXT, subscription TEXT NOT NULL DEFAULT 'subscribed',
         hard_bounced INTEGER NOT NULL DEFAULT 0, soft_bounces INTEGER NOT NULL DEFAULT 0,
         complained INTEGER NOT NULL DEFAULT 0,
         mailable INTEGER GENERATED ALWAYS AS
           (subscription = 'subscribed' AND NOT hard_bounced AND NOT complained) VIRTUAL,
         first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
         subscription_at TEXT, subscription_seq INTEGER NOT NULL DEFAULT 0,
         hard_bounced_at TEXT, hard_bounced_seq INTEGER NOT NULL DEFAULT 0,
         complained_at TEXT, complained_seq INTEGER NOT NULL DEFAULT 0,
         email_seq INTEGER NOT NULL DEFAULT 0,
         properties TEXT NOT NULL DEFAULT '{}', tags TEXT NOT NULL DEFAULT '[]',
         marks TEXT NOT NULL DEFAULT '{}');
INSERT INTO customers VALUES(1,'123',1,'steve@getvero.com','unsubscribed',1,0,0,'2026-11-24T15:31:50.474727Z','2026-11-24T15:31:50.512035Z','2015-06-22T23:37:18Z',17,'2015-06-22T23:37:18Z',12,NULL,0,19,'{"firstname":"Steve","company":"Vero","role":"Bot"}','["active-customer"]','{"properties":{"firstname":18,"company":18,"role":18},"tags":{"active-customer":19,"unactive-180-days":19}}');
INSERT INTO customers VALUES(10,'12345',1,'steve@getvero.com','subscribed',0,0,0,'2026-11-24T15:31:50.495493Z','2026-11-24T15:31:50.495493Z',NULL,0,NULL,0,NULL,0,10,'{}','[]','{}');
INSERT INTO customers VALUES(11,'123456',1,'damien@getvero.com','subscribed',0,0,0,'2026-11-24T15:31:50.496792Z','2026-11-24T15:31:50.496792Z',NULL,0,NULL,0,NULL,0,11,'{"first_name":"Chris"}','["test"]','{"properties":{"first_name":11},"tags":{"test":11}}');
INSERT INTO customers VALUES(20,'anna',0,'anna@example.com','subscribed',0,0,0,'2026-11-24T15:31:50.513132Z','2026-11-24T15:31:50.517795Z',NULL,0,NULL,0,NULL,0,23,'{"plan":"paid"}','["vip"]','{"properties":{"plan":21},"tags":{"new":22,"vip":21}}');
INSERT INTO customers VALUES(25,'8',1,'Ben@example.com','subscribed',1,0,0,'2026-11-24T15:31:50.518920Z','2026-11-24T15:31:50.520457Z',NULL,0,'2026-01-01T00:00:01Z',26,NULL,0,25,'{}','[]','{}');
INSERT INTO customers VALUES(27,'9',1,'cleo@example.com','subscribed',0,0,1,'2026-11-24T15:31:50.521623Z','2026-11-24T15:31:50.521623Z',NULL,0,NULL,0,'2026-01-01T00:01:40Z',27,27,'{}','[]','{}');
INSERT INTO customers VALUES(28,'dora',0,NULL,'subscribed',0,0,0,'2026-11-24T15:31:50.523497Z','2026-11-24T15:31:50.524428Z','2026-11-24T15:31:50Z',29,NULL,0,NULL,0,0,'{}','[]','{}');
CREATE TABLE campaigns(
         number INTEGER PRIMARY KEY, key TEXT NOT NULL, variation TEXT NOT NULL,
         campaign_id TEXT, name TEXT, name_seq INTEGER NOT NULL,
         sent INTEGER NOT NULL, sent_customers INTEGER NOT NULL,
         delivered INTEGER NOT NULL, delivered_customers INTEGER NOT NULL,
         opened INTEGER NOT NULL, opened_customers INTEGER NOT NULL,
         clicked INTEGER NOT NULL, clicked_customers INTEGER NOT NULL,
         bounced_hard INTEGER NOT NULL, bounced_hard_customers INTEGER NOT NULL,
         bounced_soft INTEGER NOT NULL, bounced_soft_customers INTEGER NOT NULL,
         unsubscribed INTEGER NOT NULL, unsubscribed_customers INTEGER NOT NULL,
         complained INTEGER NOT NULL, complained_customers INTEGER NOT NULL,
         converted INTEGER NOT NULL, converted_customers INTEGER NOT NULL,
         first_at TEXT NOT NULL, last_at TEXT NOT NULL, UNIQUE(key, variation));
INSERT INTO campaigns VALUES(1,'987','Variation A','987','Order confirmation',17,2,1,2,1,2,1,2,1,2,1,0,0,1,1,0,0,0,0,'2015-06-22T23:37:18Z','2015-06-22T23:37:18Z');
INSERT INTO campaigns VALUES(10,'1235666234572456','Variation A','1235666234572456','Cart Abandonment Followup',10,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,'2015-06-22T23:37:18Z','2015-06-22T23:37:18Z');
INSERT INTO campaigns VALUES(16,'987',' Variation A','987',' Order confirmation',16,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,'2015-06-22T23:37:18Z','2015-06-22T23:37:18Z');
INSERT INTO campaigns VALUES(23,'31','A','31','January',24,1,1,0,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0,'2026-01-01T00:00:00Z','2026-01-01T00:01:00Z');
INSERT INTO campaigns VALUES(25,'31','B','31','January',26,1,1,0,0,0,0,0,0,1,1,0,0,0,0,0,0,0,0,'2026-01-01T00:00:00Z','2026-01-01T00:00:01Z');
CREATE TABLE campaign_customers(
         campaign INTEGER NOT NULL, customer INTEGER NOT NULL,
         sent INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0,
         opened INTEGER NOT NULL DEFAULT 0, clicked INTEGER NOT NULL DEFAULT 0,
         bounced_hard INTEGER NOT NULL DEFAULT 0, bounced_soft INTEGER NOT NULL DEFAULT 0,
         unsubscribed INTEGER NOT NULL DEFAULT 0, complained INTEGER NOT NULL DEFAULT 0,
         converted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(campaign, customer)) WITHOUT ROWID;
INSERT INTO campaign_customers VALUES(1,1,1,1,1,1,1,0,1,0,0);
INSERT INTO campaign_customers VALUES(10,10,1,0,0,0,0,0,0,0,0);
INSERT INTO campaign_customers VALUES(16,1,1,0,0,0,0,0,0,0,0);
INSERT INTO campaign_customers VALUES(23,20,1,0,1,0,0,0,0,0,0);
INSERT INTO campaign_customers VALUES(25,25,1,0,0,0,1,0,0,0,0);
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 VALUES('meta','meta','1 1');
INSERT INTO sqlite_stat1 VALUES('events','events_by_user','10000000 65536 10');
CREATE INDEX events_by_user ON events((seq >> 16), user_id) WHERE user_id IS NOT NULL;
CREATE INDEX customers_by_email ON customers(email COLLATE NOCASE)
         WHERE email IS NOT NULL;
CREATE VIEW suppressed AS
         SELECT id, email,
           rtrim(iif(subscription = 'unsubscribed', 'unsubscribed ', '') ||
                 iif(hard_bounced, 'hard_bounced ', '') ||
                 iif(complained, 'complained ', '')) AS reasons,
           nullif(min(iif(subscription = 'unsubscribed', coalesce(subscription_at, '~'), '~'),
                      iif(hard_bounced, coalesce(hard_bounced_at, '~'), '~'),
                      iif(complained, coalesce(complained_at, '~'), '~')), '~') AS since
         FROM customers WHERE NOT mailable;
CREATE VIEW campaign_rates AS
         WITH reached AS (
           SELECT *, coalesce(nullif(delivered_customers, 0), nullif(sent_customers, 0)) AS base
           FROM campaigns)
         SELECT campaign_id, name, variation, sent_customers AS sent,
           round(100.0 * delivered_customers / nullif(sent_customers, 0), 2) AS delivered_percent,
           round(100.0 * opened_customers / base, 2) AS opened_percent,
           round(100.0 * clicked_customers / base, 2) AS clicked_percent,
           round(100.0 * converted_customers / base, 2) AS converted_percent,
           round(100.0 * unsubscribed_customers / base, 2) AS unsubscribed_percent,
           round(100.0 * complained_customers / base, 2) AS complained_percent,
           round(100.0 * bounced_hard_customers / nullif(sent_customers, 0), 2)
             AS bounced_hard_percent,
           round(100.0 * bounced_soft_customers / nullif(sent_customers, 0), 2)
             AS bounced_soft_percent,
           first_at, last_at
         FROM reached;
COMMIT;
PRAGMA application_id=1447383619;
