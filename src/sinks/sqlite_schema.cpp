#include "sinks/sqlite_schema.hpp"

#include <array>
#include <cstddef>

namespace verohook::sinks {

// What was deleted or replaced is overwritten at once, so that nothing of a person who is forgotten
// stays in the file. A longer log before a checkpoint: pages that change often are then copied into
// the database once for many commits.
const char* const customers_settings = R"(
    PRAGMA journal_mode=WAL;
    PRAGMA synchronous=FULL;
    PRAGMA secure_delete=ON;
    PRAGMA foreign_keys=OFF;
    PRAGMA temp_store=MEMORY;
    PRAGMA cache_size=-32768;
    PRAGMA wal_autocheckpoint=24000;
    PRAGMA journal_size_limit=134217728;)";

const char* const customers_version_query =
    "SELECT CAST(value AS INTEGER) FROM meta WHERE name='schema_version'";

namespace {

/// The first step makes version 1, and each later one leads one version on. A released one never
/// changes.
constexpr std::array sqlite_steps = {
    R"(CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
       INSERT INTO meta VALUES('schema_version', '0');
       CREATE TABLE journals(journal_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL UNIQUE);
       CREATE TABLE cursor(
         sink TEXT NOT NULL, journal_id TEXT NOT NULL, seq INTEGER NOT NULL,
         PRIMARY KEY(sink, journal_id)) WITHOUT ROWID;

       CREATE TABLE events(
         seq INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, occurred_at TEXT,
         received_at TEXT NOT NULL, user_id TEXT, user_id_is_number INTEGER NOT NULL, email TEXT,
         campaign_id TEXT, campaign_name TEXT, variation TEXT, message_id TEXT,
         bounce_type TEXT, bounce_code TEXT, bounce_message TEXT, user_agent TEXT,
         duplicate_of INTEGER, extra TEXT, body TEXT);
       -- By ranges of 65,536 events, so that only the newest range of the index changes: customers
       -- come in no order, and an index over all would change a page for each event. The statistics
       -- tell SQLite that there are few ranges, which it then looks through one by one.
       CREATE INDEX events_by_user ON events((seq >> 16), user_id) WHERE user_id IS NOT NULL;

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
       CREATE INDEX customers_by_email ON customers(email COLLATE NOCASE)
         WHERE email IS NOT NULL;

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
       CREATE TABLE campaign_customers(
         campaign INTEGER NOT NULL, customer INTEGER NOT NULL,
         sent INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0,
         opened INTEGER NOT NULL DEFAULT 0, clicked INTEGER NOT NULL DEFAULT 0,
         bounced_hard INTEGER NOT NULL DEFAULT 0, bounced_soft INTEGER NOT NULL DEFAULT 0,
         unsubscribed INTEGER NOT NULL DEFAULT 0, complained INTEGER NOT NULL DEFAULT 0,
         converted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(campaign, customer)) WITHOUT ROWID;

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

       ANALYZE;
       INSERT INTO sqlite_stat1(tbl, idx, stat)
         VALUES('events', 'events_by_user', '10000000 65536 10');
       ANALYZE sqlite_schema;)",
    // By arrival, where each new event goes to the end of the index; and whom a campaign reached,
    // which campaign_customers has by numbers that mean nothing to people.
    R"(CREATE INDEX events_by_arrival ON events(received_at);
       CREATE VIEW campaign_reach AS
         SELECT campaigns.campaign_id, campaigns.name, campaigns.variation,
           customers.id AS customer_id, customers.email, customers.mailable,
           reach.sent, reach.delivered, reach.opened, reach.clicked, reach.bounced_hard,
           reach.bounced_soft, reach.unsubscribed, reach.complained, reach.converted
         FROM campaign_customers AS reach
         JOIN campaigns ON campaigns.number = reach.campaign
         JOIN customers ON customers.number = reach.customer;)",
};

}  // namespace

std::int64_t customers_schema_version() {
    return static_cast<std::int64_t>(sqlite_steps.size());
}

std::string customers_step(std::int64_t to) {
    return sqlite_steps.at(static_cast<std::size_t>(to - 1)) +
           ("UPDATE meta SET value='" + std::to_string(to) + "' WHERE name='schema_version';") +
           "PRAGMA application_id=" + std::to_string(customers_application_id) + ";";
}

}  // namespace verohook::sinks
