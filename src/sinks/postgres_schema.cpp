#include "sinks/postgres_schema.hpp"

#include <array>
#include <chrono>
#include <optional>

namespace verohook::sinks {

namespace {

using std::chrono::milliseconds;

/// The first step makes version 1, and each later one leads one version on. A released one never
/// changes. Texts that are compared have the collation of bytes, which no update of the system
/// changes, and in which an address's case is that of ASCII.
constexpr std::array postgres_steps = {
    R"(CREATE TABLE meta(name text PRIMARY KEY, value text NOT NULL);
       COMMENT ON TABLE meta IS 'verohook: events, customers and campaigns';
       INSERT INTO meta VALUES('schema_version', '0');
       CREATE TABLE journals(journal_id text COLLATE "C" PRIMARY KEY,
         epoch bigint NOT NULL UNIQUE);
       CREATE TABLE cursor(
         sink text COLLATE "C" NOT NULL, journal_id text COLLATE "C" NOT NULL,
         seq bigint NOT NULL, PRIMARY KEY(sink, journal_id));

       -- The bodies are json and not jsonb: every number and name as Vero sent it.
       CREATE TABLE events(
         seq bigint PRIMARY KEY, id text NOT NULL, type text NOT NULL, occurred_at timestamptz,
         received_at timestamptz NOT NULL, user_id text COLLATE "C",
         user_id_is_number boolean NOT NULL, email text COLLATE "C",
         campaign_id text, campaign_name text, variation text, message_id text,
         bounce_type text, bounce_code text, bounce_message text, user_agent text,
         duplicate_of bigint, extra json, body json);
       CREATE INDEX events_by_user ON events(user_id) WHERE user_id IS NOT NULL;

       -- Room on each page, so that a customer who changes stays on it, and in no index.
       CREATE TABLE customers(
         number bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE,
         id_is_number boolean NOT NULL, email text COLLATE "C",
         subscription text NOT NULL DEFAULT 'subscribed',
         hard_bounced boolean NOT NULL DEFAULT false, soft_bounces bigint NOT NULL DEFAULT 0,
         complained boolean NOT NULL DEFAULT false,
         mailable boolean GENERATED ALWAYS AS
           (subscription = 'subscribed' AND NOT hard_bounced AND NOT complained) STORED,
         first_seen timestamptz NOT NULL, last_seen timestamptz NOT NULL,
         subscription_at timestamptz, subscription_seq bigint NOT NULL DEFAULT 0,
         hard_bounced_at timestamptz, hard_bounced_seq bigint NOT NULL DEFAULT 0,
         complained_at timestamptz, complained_seq bigint NOT NULL DEFAULT 0,
         email_seq bigint NOT NULL DEFAULT 0,
         properties json NOT NULL DEFAULT '{}', tags json NOT NULL DEFAULT '[]',
         marks json NOT NULL DEFAULT '{}') WITH (fillfactor = 80);
       CREATE INDEX customers_by_email ON customers USING hash (lower(email))
         WHERE email IS NOT NULL;

       CREATE TABLE campaigns(
         number bigint PRIMARY KEY, key text COLLATE "C" NOT NULL,
         variation text COLLATE "C" NOT NULL,
         campaign_id text, name text, name_seq bigint NOT NULL,
         sent bigint NOT NULL, sent_customers bigint NOT NULL,
         delivered bigint NOT NULL, delivered_customers bigint NOT NULL,
         opened bigint NOT NULL, opened_customers bigint NOT NULL,
         clicked bigint NOT NULL, clicked_customers bigint NOT NULL,
         bounced_hard bigint NOT NULL, bounced_hard_customers bigint NOT NULL,
         bounced_soft bigint NOT NULL, bounced_soft_customers bigint NOT NULL,
         unsubscribed bigint NOT NULL, unsubscribed_customers bigint NOT NULL,
         complained bigint NOT NULL, complained_customers bigint NOT NULL,
         converted bigint NOT NULL, converted_customers bigint NOT NULL,
         first_at timestamptz NOT NULL, last_at timestamptz NOT NULL, UNIQUE(key, variation))
         WITH (fillfactor = 50);
       CREATE TABLE campaign_customers(
         campaign bigint NOT NULL, customer bigint NOT NULL,
         sent boolean NOT NULL DEFAULT false, delivered boolean NOT NULL DEFAULT false,
         opened boolean NOT NULL DEFAULT false, clicked boolean NOT NULL DEFAULT false,
         bounced_hard boolean NOT NULL DEFAULT false, bounced_soft boolean NOT NULL DEFAULT false,
         unsubscribed boolean NOT NULL DEFAULT false, complained boolean NOT NULL DEFAULT false,
         converted boolean NOT NULL DEFAULT false, PRIMARY KEY(campaign, customer))
         WITH (fillfactor = 80);

       CREATE VIEW suppressed AS
         SELECT id, email,
           concat_ws(' ', CASE WHEN subscription = 'unsubscribed' THEN 'unsubscribed' END,
                     CASE WHEN hard_bounced THEN 'hard_bounced' END,
                     CASE WHEN complained THEN 'complained' END) AS reasons,
           least(CASE WHEN subscription = 'unsubscribed' THEN subscription_at END,
                 CASE WHEN hard_bounced THEN hard_bounced_at END,
                 CASE WHEN complained THEN complained_at END) AS since
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
         FROM reached;)",
    // By arrival, for ranges of pages, which costs an event nothing and needs no room to speak of;
    // and whom a campaign reached, which campaign_customers has by numbers that mean nothing to
    // people.
    R"(CREATE INDEX events_by_arrival ON events USING brin (received_at)
        ;
       CREATE VIEW campaign_reach AS
         SELECT campaigns.campaign_id, campaigns.name, campaigns.variation,
           customers.id AS customer_id, customers.email, customers.mailable,
           reach.sent, reach.delivered, reach.opened, reach.clicked, reach.bounced_hard,
           reach.bounced_soft, reach.unsubscribed, reach.complained, reach.converted
         FROM campaign_customers AS reach
         JOIN campaigns ON campaigns.number = reach.campaign
         JOIN customers ON customers.number = reach.customer;)",
};

constexpr auto version_known = static_cast<std::int64_t>(postgres_steps.size());
// A step may have to read or write every row there is.
constexpr std::chrono::hours step_timeout{1};

/// What there is of a schema.
struct Found {
    bool exists = false;
    bool is_empty = true;
    std::int64_t version = 0;  ///< 0: none of verohook's.
};

Result<Found> look(PostgresConnection& connection, const std::string& schema) {
    auto rows = connection.query(
        "SELECT c.relname, obj_description(c.oid, 'pg_class') FROM pg_namespace n "
        "LEFT JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = $1::text",
        {schema});
    if (!rows) {
        return rows.error();
    }
    Found found;
    found.exists = rows->rows() > 0;
    bool is_ours = false;
    for (int index = 0; index < rows->rows(); ++index) {
        const PostgresRow row = rows->row(index);
        found.is_empty = found.is_empty && row.is_null(0);
        is_ours = is_ours || (row.bytes(0) == "meta" && row.bytes(1).starts_with("verohook: "));
    }
    if (!is_ours) {
        return found;
    }
    auto version = connection.query("SELECT value::bigint FROM meta WHERE name = 'schema_version'");
    if (!version) {
        return version.error();
    }
    if (version->rows() == 1) {
        found.version = static_cast<std::int64_t>(version->row(0).number(0));
    }
    return found;
}

std::string of_schema(const PostgresConnection& connection, const std::string& schema) {
    return connection.name() + ": the schema '" + schema + "'";
}

Result<void> check_ours(const PostgresConnection& connection, const std::string& schema,
                        const Found& found) {
    if (!found.is_empty && found.version < 1) {
        return Error{ErrorCode::corrupt, of_schema(connection, schema) +
                                             " holds something else, and was left as it is: name "
                                             "another one"};
    }
    if (found.version > version_known) {
        return Error{ErrorCode::unavailable,
                     of_schema(connection, schema) + " was written by a newer verohook (version " +
                         std::to_string(found.version) + ", this program knows " +
                         std::to_string(version_known) + "): run that version"};
    }
    return {};
}

/// `SET LOCAL` alone, so that a pooler between may hand the connection on after the transaction.
std::string set_up(const PostgresConnection& connection, const std::string& schema) {
    return "SET LOCAL search_path TO " + connection.identifier(schema) +
           ";SET LOCAL statement_timeout = " + std::to_string(connection.timeout().count()) +
           // Arrays as parameters make plans look dearer than they are.
           ";SET LOCAL jit = off;";
}

/// From the version that was found to the next one, to the end of the transaction. For a lock that
/// somebody holds it waits no longer than any other statement.
std::string step_script(const PostgresConnection& connection, const std::string& schema,
                        const Found& found) {
    std::string script =
        "SET LOCAL lock_timeout = " + std::to_string(connection.timeout().count()) +
        ";SET LOCAL statement_timeout = " + std::to_string(milliseconds(step_timeout).count()) +
        ";";
    if (!found.exists) {
        script += "CREATE SCHEMA " + connection.identifier(schema) + ";";
    }
    script += postgres_steps.at(static_cast<std::size_t>(found.version));
    return script + "UPDATE meta SET value = '" + std::to_string(found.version + 1) +
           "' WHERE name = 'schema_version';COMMIT";
}

}  // namespace

Result<void> begin_writing(PostgresConnection& connection, const std::string& schema) {
    return connection.execute(
        "BEGIN;" + set_up(connection, schema) +
        // Each row is found by its key. The planner knows tables that grow by old statistics, and
        // would read them whole.
        "SET LOCAL enable_hashjoin = off;SET LOCAL enable_mergejoin = off;"
        "SET LOCAL enable_seqscan = off;"
        // What was committed has to be on the disk, whatever the role's default is.
        "SELECT set_config('synchronous_commit', 'on', true) "
        "WHERE current_setting('synchronous_commit') = 'off';"
        "SELECT pg_advisory_xact_lock(hashtextextended(" +
        connection.literal("verohook " + schema) + ", 0));");
}

Result<void> begin_reading(PostgresConnection& connection, const std::string& schema) {
    return connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" +
                              set_up(connection, schema));
}

Result<void> migrate(PostgresConnection& connection, const std::string& schema) {
    for (;;) {
        const auto found = look(connection, schema);
        if (!found) {
            return found.error();
        }
        if (auto checked = check_ours(connection, schema, *found); !checked) {
            return checked;
        }
        if (found->version == version_known) {
            return {};
        }
        auto done = connection.execute(step_script(connection, schema, *found), step_timeout);
        if (done) {
            done = begin_writing(connection, schema);
        }
        if (!done) {
            return done;
        }
    }
}

Result<void> check_readable(PostgresConnection& connection, const std::string& schema) {
    const auto found = look(connection, schema);
    if (!found) {
        return found.error();
    }
    if (auto checked = check_ours(connection, schema, *found); !checked) {
        return checked;
    }
    if (found->version == 0) {
        return Error{ErrorCode::not_found, of_schema(connection, schema) +
                                               " has no tables: no postgres sink has written it "
                                               "yet"};
    }
    if (found->version < version_known) {
        return Error{ErrorCode::unavailable,
                     of_schema(connection, schema) + " has version " +
                         std::to_string(found->version) + ", this program reads " +
                         std::to_string(version_known) +
                         ": the postgres sink brings it up to date when it is started"};
    }
    return {};
}

}  // namespace verohook::sinks
