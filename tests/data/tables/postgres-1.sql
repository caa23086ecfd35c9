--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: verohook; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA verohook;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: campaign_customers; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.campaign_customers (
    campaign bigint NOT NULL,
    customer bigint NOT NULL,
    sent boolean DEFAULT false NOT NULL,
    delivered boolean DEFAULT false NOT NULL,
    opened boolean DEFAULT false NOT NULL,
    clicked boolean DEFAULT false NOT NULL,
    bounced_hard boolean DEFAULT false NOT NULL,
    bounced_soft boolean DEFAULT false NOT NULL,
    unsubscribed boolean DEFAULT false NOT NULL,
    complained boolean DEFAULT false NOT NULL,
    converted boolean DEFAULT false NOT NULL
)
WITH (fillfactor='80');


--
-- Name: campaigns; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.campaigns (
    number bigint NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    variation text NOT NULL COLLATE pg_catalog."C",
    campaign_id text,
    name text,
    name_seq bigint NOT NULL,
    sent bigint NOT NULL,
    sent_customers bigint NOT NULL,
    delivered bigint NOT NULL,
    delivered_customers bigint NOT NULL,
    opened bigint NOT NULL,
    opened_customers bigint NOT NULL,
    clicked bigint NOT NULL,
    clicked_customers bigint NOT NULL,
    bounced_hard bigint NOT NULL,
    bounced_hard_customers bigint NOT NULL,
    bounced_soft bigint NOT NULL,
    bounced_soft_customers bigint NOT NULL,
    unsubscribed bigint NOT NULL,
    unsubscribed_customers bigint NOT NULL,
    complained bigint NOT NULL,
    complained_customers bigint NOT NULL,
    converted bigint NOT NULL,
    converted_customers bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');


--
-- Name: campaign_rates; Type: VIEW; Schema: verohook; Owner: -
--

CREATE VIEW verohook.campaign_rates AS
 WITH reached AS (
         SELECT campaigns.number,
            campaigns.key,
            campaigns.variation,
            campaigns.campaign_id,
            campaigns.name,
            campaigns.name_seq,
            campaigns.sent,
            campaigns.sent_customers,
            campaigns.delivered,
            campaigns.delivered_customers,
            campaigns.opened,
            campaigns.opened_customers,
            campaigns.clicked,
            campaigns.clicked_customers,
            campaigns.bounced_hard,
            campaigns.bounced_hard_customers,
            campaigns.bounced_soft,
            campaigns.bounced_soft_customers,
            campaigns.unsubscribed,
            campaigns.unsubscribed_customers,
            campaigns.complained,
            campaigns.complained_customers,
            campaigns.converted,
            campaigns.converted_customers,
            campaigns.first_at,
            campaigns.last_at,
            COALESCE(NULLIF(campaigns.delivered_customers, 0), NULLIF(campaigns.sent_customers, 0)) AS base
           FROM verohook.campaigns
        )
 SELECT reached.campaign_id,
    reached.name,
    reached.variation,
    reached.sent_customers AS sent,
    round(((100.0 * (reached.delivered_customers)::numeric) / (NULLIF(reached.sent_customers, 0))::numeric), 2) AS delivered_percent,
    round(((100.0 * (reached.opened_customers)::numeric) / (reached.base)::numeric), 2) AS opened_percent,
    round(((100.0 * (reached.clicked_customers)::numeric) / (reached.base)::numeric), 2) AS clicked_percent,
    round(((100.0 * (reached.converted_customers)::numeric) / (reached.base)::numeric), 2) AS converted_percent,
    round(((100.0 * (reached.unsubscribed_customers)::numeric) / (reached.base)::numeric), 2) AS unsubscribed_percent,
    round(((100.0 * (reached.complained_customers)::numeric) / (reached.base)::numeric), 2) AS complained_percent,
    round(((100.0 * (reached.bounced_hard_customers)::numeric) / (NULLIF(reached.sent_customers, 0))::numeric), 2) AS bounced_hard_percent,
    round(((100.0 * (reached.bounced_soft_customers)::numeric) / (NULLIF(reached.sent_customers, 0))::numeric), 2) AS bounced_soft_percent,
    reached.first_at,
    reached.last_at
   FROM reached;


--
-- Name: cursor; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.cursor (
    sink text NOT NULL COLLATE pg_catalog."C",
    journal_id text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL
);


--
-- Name: customers; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.customers (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    id_is_number boolean NOT NULL,
    email text COLLATE pg_catalog."C",
    subscription text DEFAULT 'subscribed'::text NOT NULL,
    hard_bounced boolean DEFAULT false NOT NULL,
    soft_bounces bigint DEFAULT 0 NOT NULL,
    complained boolean DEFAULT false NOT NULL,
    mailable boolean GENERATED ALWAYS AS (((subscription = 'subscribed'::text) AND (NOT hard_bounced) AND (NOT complained))) STORED,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    subscription_at timestamp with time zone,
    subscription_seq bigint DEFAULT 0 NOT NULL,
    hard_bounced_at timestamp with time zone,
    hard_bounced_seq bigint DEFAULT 0 NOT NULL,
    complained_at timestamp with time zone,
    complained_seq bigint DEFAULT 0 NOT NULL,
    email_seq bigint DEFAULT 0 NOT NULL,
    properties json DEFAULT '{}'::json NOT NULL,
    tags json DEFAULT '[]'::json NOT NULL,
    marks json DEFAULT '{}'::json NOT NULL
)
WITH (fillfactor='80');


--
-- Name: events; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.events (
    seq bigint NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    occurred_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    user_id text COLLATE pg_catalog."C",
    user_id_is_number boolean NOT NULL,
    email text COLLATE pg_catalog."C",
    campaign_id text,
    campaign_name text,
    variation text,
    message_id text,
    bounce_type text,
    bounce_code text,
    bounce_message text,
    user_agent text,
    duplicate_of bigint,
    extra json,
    body json
);


--
-- Name: journals; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.journals (
    journal_id text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL
);


--
-- Name: meta; Type: TABLE; Schema: verohook; Owner: -
--

CREATE TABLE verohook.meta (
    name text NOT NULL,
    value text NOT NULL
);


--
-- Name: TABLE meta; Type: COMMENT; Schema: verohook; Owner: -
--

COMMENT ON TABLE verohook.meta IS 'verohook: events, customers and campaigns';


--
-- Name: suppressed; Type: VIEW; Schema: verohook; Owner: -
--

CREATE VIEW verohook.suppressed AS
 SELECT customers.id,
    customers.email,
    concat_ws(' '::text,
        CASE
            WHEN (customers.subscription = 'unsubscribed'::text) THEN 'unsubscribed'::text
            ELSE NULL::text
        END,
        CASE
            WHEN customers.hard_bounced THEN 'hard_bounced'::text
            ELSE NULL::text
        END,
        CASE
            WHEN customers.complained THEN 'complained'::text
            ELSE NULL::text
        END) AS reasons,
    LEAST(
        CASE
            WHEN (customers.subscription = 'unsubscribed'::text) THEN customers.subscription_at
            ELSE NULL::timestamp with time zone
        END,
        CASE
            WHEN customers.hard_bounced THEN customers.hard_bounced_at
            ELSE NULL::timestamp with time zone
        END,
        CASE
            WHEN customers.complained THEN customers.complained_at
            ELSE NULL::timestamp with time zone
        END) AS since
   FROM verohook.customers
  WHERE (NOT customers.mailable);


--
-- Data for Name: campaign_customers; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.campaign_customers VALUES (10, 10, true, false, false, false, false, false, false, false, false);
INSERT INTO verohook.campaign_customers VALUES (16, 1, true, false, false, false, false, false, false, false, false);
INSERT INTO verohook.campaign_customers VALUES (1, 1, true, true, true, true, true, false, true, false, false);
INSERT INTO verohook.campaign_customers VALUES (23, 20, true, false, true, false, false, false, false, false, false);
INSERT INTO verohook.campaign_customers VALUES (25, 25, true, false, false, false, true, false, false, false, false);


--
-- Data for Name: campaigns; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.campaigns VALUES (10, '1235666234572456', 'Variation A', '1235666234572456', 'Cart Abandonment Followup', 10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '2015-06-22 23:37:18+00', '2015-06-22 23:37:18+00');
INSERT INTO verohook.campaigns VALUES (16, '987', ' Variation A', '987', ' Order confirmation', 16, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '2015-06-22 23:37:18+00', '2015-06-22 23:37:18+00');
INSERT INTO verohook.campaigns VALUES (1, '987', 'Variation A', '987', 'Order confirmation', 17, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 0, 0, 1, 1, 0, 0, 0, 0, '2015-06-22 23:37:18+00', '2015-06-22 23:37:18+00');
INSERT INTO verohook.campaigns VALUES (23, '31', 'A', '31', 'January', 24, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '2026-01-01 00:00:00+00', '2026-01-01 00:01:00+00');
INSERT INTO verohook.campaigns VALUES (25, '31', 'B', '31', 'January', 26, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, '2026-01-01 00:00:00+00', '2026-01-01 00:00:01+00');


--
-- Data for Name: cursor; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.cursor VALUES ('warehouse', '3121075bb182a775', 30);


--
-- Data for Name: customers; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.customers VALUES (10, '12345', true, 'steve@getvero.com', 'subscribed', false, 0, false, DEFAULT, '2026-11-24 15:31:50.495493+00', '2026-11-24 15:31:50.495493+00', NULL, 0, NULL, 0, NULL, 0, 10, '{}', '[]', '{}');
INSERT INTO verohook.customers VALUES (11, '123456', true, 'damien@getvero.com', 'subscribed', false, 0, false, DEFAULT, '2026-11-24 15:31:50.496792+00', '2026-11-24 15:31:50.496792+00', NULL, 0, NULL, 0, NULL, 0, 11, '{"first_name":"Chris"}', '["test"]', '{"properties":{"first_name":11},"tags":{"test":11}}');
INSERT INTO verohook.customers VALUES (1, '123', true, 'steve@getvero.com', 'unsubscribed', true, 0, false, DEFAULT, '2026-11-24 15:31:50.474727+00', '2026-11-24 15:31:50.512035+00', '2015-06-22 23:37:18+00', 17, '2015-06-22 23:37:18+00', 12, NULL, 0, 19, '{"firstname":"Steve","company":"Vero","role":"Bot"}', '["active-customer"]', '{"properties":{"firstname":18,"company":18,"role":18},"tags":{"active-customer":19,"unactive-180-days":19}}');
INSERT INTO verohook.customers VALUES (20, 'anna', false, 'anna@example.com', 'subscribed', false, 0, false, DEFAULT, '2026-11-24 15:31:50.513132+00', '2026-11-24 15:31:50.517795+00', NULL, 0, NULL, 0, NULL, 0, 23, '{"plan":"paid"}', '["vip"]', '{"properties":{"plan":21},"tags":{"new":22,"vip":21}}');
INSERT INTO verohook.customers VALUES (25, '8', true, 'Ben@example.com', 'subscribed', true, 0, false, DEFAULT, '2026-11-24 15:31:50.51892+00', '2026-11-24 15:31:50.520457+00', NULL, 0, '2026-01-01 00:00:01+00', 26, NULL, 0, 25, '{}', '[]', '{}');
INSERT INTO verohook.customers VALUES (27, '9', true, 'cleo@example.com', 'subscribed', false, 0, true, DEFAULT, '2026-11-24 15:31:50.521623+00', '2026-11-24 15:31:50.521623+00', NULL, 0, NULL, 0, '2026-01-01 00:01:40+00', 27, 27, '{}', '[]', '{}');
INSERT INTO verohook.customers VALUES (28, 'dora', false, NULL, 'subscribed', false, 0, false, DEFAULT, '2026-11-24 15:31:50.523497+00', '2026-11-24 15:31:50.524428+00', '2026-11-24 15:31:50+00', 29, NULL, 0, NULL, 0, 0, '{}', '[]', '{}');


--
-- Data for Name: events; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.events VALUES (1, 'e0359ba030cf7f9162797d5007b71993', 'bounced', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.474727+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', NULL, 'hard', NULL, NULL, NULL, NULL, NULL, '{
    "bounced_at":1435016238,
    "bounce_type":"hard",
    "type":"bounced",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    },
    "campaign": {
        "id":987,
        "type":"transactional",
        "name":"Order confirmation",
        "subject":"Your order is being processed!",
        "trigger-event":"purchased item",
        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
        "variation":"Variation A"
    }
}
');
INSERT INTO verohook.events VALUES (2, 'a798d3481d25618262f08383357e00f8', 'clicked', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.47542+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', NULL, NULL, NULL, NULL, 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', NULL, NULL, '{
    "clicked_at":1435016238,
    "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "type":"clicked",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    },
    "campaign": {
        "id":987,
        "type":"transactional",
        "name":"Order confirmation",
        "subject":"Your order is being processed!",
        "trigger-event":"purchased item",
        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
        "variation":"Variation A"
    }
}
');
INSERT INTO verohook.events VALUES (3, '285047e61d8f17e54fced25bfc64fd52', 'delivered', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.476569+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
    "delivered_at":1435016238,
    "type":"delivered",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    },
    "campaign": {
        "id":987,
        "type":"transactional",
        "name":"Order confirmation",
        "subject":"Your order is being processed!",
        "trigger-event":"purchased item",
        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
        "variation":"Variation A"
    }
}
');
INSERT INTO verohook.events VALUES (4, '2e378c4711bff3df7c3500068d7daa64', 'opened', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.478209+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', NULL, NULL, NULL, NULL, 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', NULL, NULL, '{
    "opened_at":1435016238,
    "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "type":"opened",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    },
    "campaign": {
        "id":987,
        "type":"transactional",
        "name":"Order confirmation",
        "subject":"Your order is being processed!",
        "trigger-event":"purchased item",
        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
        "variation":"Variation A"
    }
}
');
INSERT INTO verohook.events VALUES (5, '518250ed903a1214ba64d6c1a027d89d', 'sent', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.485717+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
    "sent_at":1435016238,
    "type":"sent",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    },
    "campaign": {
        "id":987,
        "type":"transactional",
        "name":"Order confirmation",
        "subject":"Your order is being processed!",
        "trigger-event":"purchased item",
        "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
        "variation":"Variation A"
    }
}
');
INSERT INTO verohook.events VALUES (6, '66364f2f07c5af3f2ab627dd5379d678', 'unsubscribed', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.490906+00', '123', true, 'steve@getvero.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
    "unsubscribed_at":1435016238,
    "type":"unsubscribed",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    }
}
');
INSERT INTO verohook.events VALUES (7, '508378d164375e15a55aef70c6b75f40', 'user_created', NULL, '2026-11-24 15:31:50.491802+00', '123', true, 'steve@getvero.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
    "type":"user_created",
    "user": {
        "firstname":"Steve",
        "company":"Vero",
        "role":"Bot",
        "id":123,
        "email":"steve@getvero.com"
    }
}
');
INSERT INTO verohook.events VALUES (8, '89ba2ed0bccb7525237cae53538c8db7', 'user_updated', NULL, '2026-11-24 15:31:50.493271+00', '123', true, 'steve@getvero.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
    "type":"user_updated",
    "user": {
        "id":123,
        "email":"steve@getvero.com"
    },
    "changes": {
        "_tags": {
            "add": ["active-customer"],
            "remove":["unactive-180-days"]
        }
    }
}
');
INSERT INTO verohook.events VALUES (9, '06508192bf0ed452c44ecfdc92c43f08', 'sent', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.494323+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', '20190730123456.1.1B72E094173067F0F@veromail.com', NULL, NULL, NULL, NULL, NULL, NULL, '{
"sent_at":1435016238,
"type":"sent",
"user": {
"id":123,
"email":"steve@getvero.com"
},
"campaign": {
"id":987,
"type":"transactional",
"name":"Order confirmation",
"subject":"Your order is being processed!",
"trigger-event":"purchased item",
"permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
"variation":"Variation A"
},
"message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"
}
');
INSERT INTO verohook.events VALUES (10, '9757fc40293030625652a8ae24d3c920', 'sent', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.495493+00', '12345', true, 'steve@getvero.com', '1235666234572456', 'Cart Abandonment Followup', 'Variation A', NULL, NULL, NULL, NULL, 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', NULL, NULL, '{
    "type": "sent",
    "user": {
        "id": 12345,
        "email": "steve@getvero.com"
    },
    "campaign": {
        "id": 1235666234572456,
        "type": "behavioural",
        "name": "Cart Abandonment Followup",
        "subject": "You have items in your shopping bag",
        "trigger-event": "Abandoned cart",
        "permalink": "http://app.getvero.com/view/1/9c8c3ac6ac65736926a6da5aefbf852d",
        "variation": "Variation A"
     },
     "sent_at": 1435016238,
     "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"
}
');
INSERT INTO verohook.events VALUES (11, 'f96736de2e248ac797ea3e86ac46a75f', 'user_updated', NULL, '2026-11-24 15:31:50.496792+00', '123456', true, 'damien@getvero.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
    "type":"user_updated",
    "user": {
        "id": 123456,
        "email":"damien@getvero.com"
    },
    "changes": {
        "_tags": {
          "add": ["test"],
          "remove": []
        },
        "first_name": "Chris"
    }
}
');
INSERT INTO verohook.events VALUES (12, '1cdfeb064f2057608d7aebc121b468f5', 'bounced', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.497655+00', '123', true, ' steve@getvero.com', '987', 'Order confirmation', 'Variation A', '20190730123456.1.1B72E094173067F0F@veromail.com', 'hard', NULL, NULL, NULL, NULL, NULL, '{
  "bounced_at":1435016238,
  "bounce_type":"hard",
  "type":"bounced",
  "user": {
    "id": 123,
    "email":" steve@getvero.com"
  },
  "campaign": {
    "id": 987,
    "type": "transactional",
    "name": "Order confirmation",
    "subject": "Your order is being processed!",
    "trigger-event": "purchased item",
    "permalink": "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
    "variation": "Variation A"
  },
  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"
}
');
INSERT INTO verohook.events VALUES (13, 'e97e20b655a4e2587f568dcbc9b78512', 'clicked', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.498454+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', '20190730123456.1.1B72E094173067F0F@veromail.com', NULL, NULL, NULL, 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', NULL, NULL, '{
  "clicked_at":1435016238,
  "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
  "type":"clicked",
  "user": {
    "id": 123,
    "email": "steve@getvero.com"
  },
  "campaign": {
    "id": 987,
    "type": "transactional",
    "name": "Order confirmation",
    "subject": "Your order is being processed!",
    "trigger-event": "purchased item",
    "permalink": "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
    "variation": "Variation A"
  },
  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"
}
');
INSERT INTO verohook.events VALUES (14, 'b95d1f46651647ee65488f2e33c738bc', 'delivered', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.499861+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', '20190730123456.1.1B72E094173067F0F@veromail.com', NULL, NULL, NULL, NULL, NULL, NULL, '{
  "delivered_at":1435016238,
  "type":"delivered",
  "user": {
    "id":123,
    "email":"steve@getvero.com"
  },
  "campaign": {
    "id":987,
    "type":"transactional",
    "name":"Order confirmation",
    "subject":"Your order is being processed!",
    "trigger-event":"purchased item",
    "permalink":"http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
    "variation":"Variation A"
  },
  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"
}
');
INSERT INTO verohook.events VALUES (15, 'e1df7a1e80a11a25dab7d044e9bfca29', 'opened', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.503318+00', '123', true, 'steve@getvero.com', '987', 'Order confirmation', 'Variation A', '20190730123456.1.1B72E094173067F0F@veromail.com', NULL, NULL, NULL, 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', NULL, NULL, '{
  "opened_at":1435016238,
  "user_agent":"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
  "type":"opened",
  "user": {
    "id": 123,
    "email": "steve@getvero.com"
  },
  "campaign": {
    "id": 987,
    "type": "transactional",
    "name": "Order confirmation",
    "subject": "Your order is being processed!",
    "trigger-event": "purchased item",
    "permalink": "http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
    "variation": "Variation A"
  },
  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"
}
');
INSERT INTO verohook.events VALUES (16, '487cb9a42b8937bb479a4ca6939932c4', 'sent', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.506534+00', '123', true, 'steve@getvero.com', '987', ' Order confirmation', ' Variation A', '20190730123456.1.1B72E094173067F0F@veromail.com', NULL, NULL, NULL, NULL, NULL, NULL, '{
  "sent_at":1435016238,
  "type":"sent",
  "user": {
    "id":123,
    "email":"steve@getvero.com"
  },
  "campaign": {
    "id": 987,
    "type":" transactional",
    "name":" Order confirmation",
    "subject":" Your order is being processed!",
    "trigger-event":" purchased item",
    "permalink":" http://app.getvero.com/view/1/341d64944577ac1f70f560e37db54a25",
    "variation":" Variation A"
  },
  "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com"
}
');
INSERT INTO verohook.events VALUES (17, '1a814fffea3f9a4ab9a193f43faec4fc', 'unsubscribed', '2015-06-22 23:37:18+00', '2026-11-24 15:31:50.509139+00', '123', true, 'steve@getvero.com', NULL, 'Order confirmation', 'Control', '20190730123456.1.1B72E094173067F0F@veromail.com', NULL, NULL, NULL, NULL, NULL, NULL, '{
  "unsubscribed_at":1435016238,
  "type":"unsubscribed",
  "user": {
    "id": 123,
    "email": "steve@getvero.com"
  },
  "campaign": {
    "campaign_title": "Order confirmation",
    "series_title": "Order Tracking",
    "message_id": "20190730123456.1.1B72E094173067F0F@veromail.com",
    "email_subject": "Your order is being processed!",
    "variation_name": "Control",
    "template": "Order Template"
  }
}
');
INSERT INTO verohook.events VALUES (18, '7478818c8d42490c8ca84d5061aaeb6f', 'user_created', NULL, '2026-11-24 15:31:50.510463+00', '123', true, 'steve@getvero.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{
  "type":"user_created",
  "user": {
    "firstname": "Steve",
    "company": "Vero",
    "role": "Bot",
    "id": 123,
    "email": "steve@getvero.com"
  }
}
');
INSERT INTO verohook.events VALUES (19, '72e9cffa2a9749d001f65ce3563c3155', 'user_updated', NULL, '2026-11-24 15:31:50.512035+00', '123', true, 'steve@getvero.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '  {
  "type":"user_updated",
  "user": {
    "id": 123,
    "email": "steve@getvero.com"
  },
  "changes": {
    "_tags": {
      "add": ["active-customer"],
      "remove": ["unactive-180-days"]
    }
  }
}
');
INSERT INTO verohook.events VALUES (20, '79ba0a1d071191f6d67533aaffde0eee', 'user_created', NULL, '2026-11-24 15:31:50.513132+00', 'anna', false, 'anna@example.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "user_created", "user": {"id": "anna", "email": "anna@example.com", "plan": "free"}}');
INSERT INTO verohook.events VALUES (21, '1ae39d39274fad3528928ceca392cfb4', 'user_updated', NULL, '2026-11-24 15:31:50.514437+00', 'anna', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "user_updated", "user": {"id": "anna"}, "changes": {"plan": "paid", "_tags": {"add": ["vip", "new"]}}}');
INSERT INTO verohook.events VALUES (22, 'c16a27cf71a774807ec6cfd98a4f380f', 'user_updated', NULL, '2026-11-24 15:31:50.515721+00', 'anna', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "user_updated", "user": {"id": "anna"}, "changes": {"_tags": {"remove": ["new"]}}}');
INSERT INTO verohook.events VALUES (23, '66d0e6f4ba08b5594dfa5c849d164a8c', 'sent', '2026-01-01 00:00:00+00', '2026-11-24 15:31:50.516707+00', 'anna', false, 'anna@example.com', '31', 'January', 'A', 'm-anna', NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "sent", "sent_at": 1767225600, "user": {"id": "anna", "email": "anna@example.com"}, "campaign": {"id": 31, "name": "January", "variation": "A"}, "message_id": "m-anna"}');
INSERT INTO verohook.events VALUES (24, '4eff2b878db74d412aa5bc010082cfd6', 'opened', '2026-01-01 00:01:00+00', '2026-11-24 15:31:50.517795+00', 'anna', false, NULL, '31', 'January', 'A', 'm-anna', NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "opened", "opened_at": 1767225660, "user": {"id": "anna"}, "campaign": {"id": 31, "name": "January", "variation": "A"}, "message_id": "m-anna"}');
INSERT INTO verohook.events VALUES (25, '2016fdf7d7a9da0b927a3376cfa1047b', 'sent', '2026-01-01 00:00:00+00', '2026-11-24 15:31:50.51892+00', '8', true, 'Ben@example.com', '31', 'January', 'B', 'm-ben', NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "sent", "sent_at": 1767225600, "user": {"id": 8, "email": "Ben@example.com"}, "campaign": {"id": 31, "name": "January", "variation": "B"}, "message_id": "m-ben"}');
INSERT INTO verohook.events VALUES (26, '1f0032dfb5ba4fdf8ce0f08a40db952e', 'bounced', '2026-01-01 00:00:01+00', '2026-11-24 15:31:50.520457+00', '8', true, NULL, '31', 'January', 'B', NULL, 'hard', '550', 'no such user', NULL, NULL, NULL, '{"type": "bounced", "bounced_at": 1767225601, "bounce_type": "hard", "bounce_code": 550, "bounce_message": "no such user", "user": {"id": 8}, "campaign": {"id": 31, "name": "January", "variation": "B"}}');
INSERT INTO verohook.events VALUES (27, '92c58d1a184f5f5f98d95bff1a7be551', 'complained', '2026-01-01 00:01:40+00', '2026-11-24 15:31:50.521623+00', '9', true, 'cleo@example.com', NULL, NULL, NULL, 'm-cleo', NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "complained", "complained_at": 1767225700, "user": {"id": 9, "email": "cleo@example.com"}, "message_id": "m-cleo"}');
INSERT INTO verohook.events VALUES (28, '148cb5e93f1f51c52b2567a59558b8f7', 'unsubscribed', '2026-01-01 00:03:20+00', '2026-11-24 15:31:50.523497+00', 'dora', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "unsubscribed", "unsubscribed_at": 1767225800, "user": {"id": "dora"}}');
INSERT INTO verohook.events VALUES (29, 'abe2abf2161704e9507d09bd6d71198a', 'resubscribed', NULL, '2026-11-24 15:31:50.524428+00', 'dora', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"type": "resubscribed", "user": {"id": "dora"}}');
INSERT INTO verohook.events VALUES (30, '1b18b5b82fa7aa727fd99892b53591eb', 'odd', NULL, '2026-11-24 15:31:50.525242+00', NULL, false, 'nobody@example.com', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"new":{"a":1}}', '{"type": "odd", "user": {"id": null, "email": "nobody@example.com"}, "new": {"a": 1}}');


--
-- Data for Name: journals; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.journals VALUES ('3121075bb182a775', 0);


--
-- Data for Name: meta; Type: TABLE DATA; Schema: verohook; Owner: -
--

INSERT INTO verohook.meta VALUES ('schema_version', '1');


--
-- Name: campaign_customers campaign_customers_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.campaign_customers
    ADD CONSTRAINT campaign_customers_pkey PRIMARY KEY (campaign, customer);


--
-- Name: campaigns campaigns_key_variation_key; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.campaigns
    ADD CONSTRAINT campaigns_key_variation_key UNIQUE (key, variation);


--
-- Name: campaigns campaigns_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (number);


--
-- Name: cursor cursor_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.cursor
    ADD CONSTRAINT cursor_pkey PRIMARY KEY (sink, journal_id);


--
-- Name: customers customers_id_key; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.customers
    ADD CONSTRAINT customers_id_key UNIQUE (id);


--
-- Name: customers customers_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (number);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (seq);


--
-- Name: journals journals_epoch_key; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.journals
    ADD CONSTRAINT journals_epoch_key UNIQUE (epoch);


--
-- Name: journals journals_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.journals
    ADD CONSTRAINT journals_pkey PRIMARY KEY (journal_id);


--
-- Name: meta meta_pkey; Type: CONSTRAINT; Schema: verohook; Owner: -
--

ALTER TABLE ONLY verohook.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (name);


--
-- Name: customers_by_email; Type: INDEX; Schema: verohook; Owner: -
--

CREATE INDEX customers_by_email ON verohook.customers USING hash (lower(email)) WHERE (email IS NOT NULL);


--
-- Name: events_by_user; Type: INDEX; Schema: verohook; Owner: -
--

CREATE INDEX events_by_user ON verohook.events USING btree (user_id) WHERE (user_id IS NOT NULL);


--
-- PostgreSQL database dump complete
--


