#include "sinks/postgres_store.hpp"

#include "sinks/table_rows.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace verohook::sinks {

namespace {

using customers::Customer;
using customers::measure_count;
using customers::Reached;

constexpr std::uint16_t event_column_count = 19;
constexpr std::uint16_t customer_column_count = 20;
/// Types, as `PostgresColumns` has them, of `customer_columns` with those of the profile, of
/// `campaign_columns`, and of a row of `campaign_customers`.
constexpr std::string_view customer_types = "ntftntfnfsssnsnsnttt";
constexpr std::string_view campaign_types = "nttttnssnnnnnnnnnnnnnnnnnn";
constexpr std::string_view reached_types = "nnfffffffff";

std::string with_profile(std::string_view columns) {
    return std::string(columns) + ", " + std::string(profile_columns);
}

/// `, sent, delivered, …`
std::string measures() {
    std::string text;
    for (std::size_t index = 0; index < measure_count; ++index) {
        text.append(", ").append(measure_name(static_cast<customers::Measure>(index)));
    }
    return text;
}

/// A row that was not changed in its profile keeps it, and does not write it anew.
std::string save_customers_sql(const std::string& unnest) {
    return "UPDATE customers AS old SET id_is_number = new.id_is_number, email = new.email, "
           "email_seq = new.email_seq, subscription = new.subscription, "
           "hard_bounced = new.hard_bounced, soft_bounces = new.soft_bounces, "
           "complained = new.complained, first_seen = new.first_seen, last_seen = new.last_seen, "
           "subscription_at = new.subscription_at, subscription_seq = new.subscription_seq, "
           "hard_bounced_at = new.hard_bounced_at, hard_bounced_seq = new.hard_bounced_seq, "
           "complained_at = new.complained_at, complained_seq = new.complained_seq, "
           "properties = coalesce(new.properties::json, old.properties), "
           "tags = coalesce(new.tags::json, old.tags), "
           "marks = coalesce(new.marks::json, old.marks) FROM " +
           unnest + " AS new(" + with_profile(customer_columns) + ") WHERE old.number = new.number";
}

std::string save_campaigns_sql(const std::string& unnest) {
    std::string sql = "INSERT INTO campaigns(" + std::string(campaign_columns) +
                      ") SELECT * FROM " + unnest +
                      " ON CONFLICT(number) DO UPDATE SET name = excluded.name, "
                      "name_seq = excluded.name_seq, first_at = excluded.first_at, "
                      "last_at = excluded.last_at";
    for (std::size_t index = 0; index < measure_count; ++index) {
        const std::string name(customers::measure_name(static_cast<customers::Measure>(index)));
        for (const std::string& column : {name, name + "_customers"}) {
            sql.append(", ").append(column).append(" = excluded.").append(column);
        }
    }
    return sql;
}

std::string save_reached_sql(const std::string& unnest) {
    std::string sql = "INSERT INTO campaign_customers(campaign, customer" + measures() +
                      ") SELECT * FROM " + unnest +
                      " ON CONFLICT(campaign, customer) DO UPDATE SET ";
    for (std::size_t index = 0; index < measure_count; ++index) {
        const std::string name(customers::measure_name(static_cast<customers::Measure>(index)));
        sql.append(index == 0 ? "" : ", ").append(name).append(" = excluded.").append(name);
    }
    return sql;
}

/// All flags of a campaign and customer.
struct ReachedRow {
    customers::Seq campaign = 0;
    customers::Seq customer = 0;
    std::array<bool, measure_count> flags{};
    bool is_changed = false;
};

/// Rows of a batch are sorted by campaign and customer.
std::vector<ReachedRow> rows_of(std::span<const Reached> reached) {
    std::vector<ReachedRow> rows;
    for (const Reached& each : reached) {
        if (rows.empty() || rows.back().campaign != each.campaign ||
            rows.back().customer != each.customer) {
            rows.push_back({each.campaign, each.customer});
        }
    }
    return rows;
}

}  // namespace

PostgresStore::PostgresStore(PostgresConnection& connection)
    : connection_(connection),
      event_rows_(event_column_count),
      customer_rows_(customer_column_count),
      customer_changes_(customer_types) {}

Result<void> PostgresStore::run(const std::string& sql, PostgresColumns& rows) {
    if (rows.empty()) {
        return {};
    }
    auto done = connection_.query(sql, rows.parameters());
    return done ? Result<void>{} : done.error();
}

Result<void> PostgresStore::copy(const std::string& into, PostgresRows& rows) {
    rows.end();
    return connection_.copy("COPY " + into + " FROM STDIN (FORMAT binary)", rows.bytes());
}

Result<void> PostgresStore::insert_events(std::span<const customers::EventRow> rows,
                                          std::vector<char>& inserted) {
    PostgresColumns seqs("n");
    for (const customers::EventRow& row : rows) {
        seqs.begin_row();
        seqs.number(row.seq);
    }
    const auto there = connection_.query("SELECT seq FROM events WHERE seq = ANY($1::bigint[])",
                                         seqs.parameters());
    if (!there) {
        return there.error();
    }
    std::unordered_set<customers::Seq> known;
    for (int index = 0; index < there->rows(); ++index) {
        known.insert(there->row(index).number(0));
    }
    inserted.clear();
    event_rows_.clear();
    for (const customers::EventRow& row : rows) {
        // A batch that names an event twice has it once.
        const bool is_new = known.insert(row.seq).second;
        inserted.push_back(is_new ? 1 : 0);
        if (is_new) {
            event_rows_.begin_row();
            write_event(event_rows_, row);
        }
    }
    if (static_cast<std::size_t>(there->rows()) == rows.size()) {
        return {};
    }
    return copy("events(" + std::string(event_columns) + ")", event_rows_);
}

Result<void> PostgresStore::load(PostgresColumns& ids, bool profile, std::vector<Customer>& out) {
    if (ids.empty()) {
        return {};
    }
    const std::string columns =
        profile ? with_profile(customer_columns) : std::string(customer_columns);
    const auto found = connection_.query(
        "SELECT " + columns + " FROM customers WHERE id = ANY($1::text[])", ids.parameters());
    if (!found) {
        return found.error();
    }
    for (int index = 0; index < found->rows(); ++index) {
        out.push_back(read_customer(found->row(index), profile));
    }
    return {};
}

Result<void> PostgresStore::load_customers(std::span<const customers::WantedCustomer> wanted,
                                           std::vector<Customer>& out) {
    PostgresColumns without("t");
    PostgresColumns with("t");
    for (const customers::WantedCustomer& each : wanted) {
        PostgresColumns& ids = each.profile ? with : without;
        ids.begin_row();
        ids.text(each.id);
    }
    if (auto loaded = load(without, false, out); !loaded) {
        return loaded;
    }
    return load(with, true, out);
}

Result<void> PostgresStore::save_customers(std::span<Customer* const> customers) {
    customer_rows_.clear();
    customer_changes_.clear();
    bool any_is_new = false;
    for (Customer* const customer : customers) {
        if (customer->changed.is_new) {
            any_is_new = true;
            customer_rows_.begin_row();
            write_customer(customer_rows_, *customer);
            write_profile(customer_rows_, *customer);
            continue;
        }
        customer_changes_.begin_row();
        write_customer(customer_changes_, *customer);
        if (customer->profile.changed()) {
            write_profile(customer_changes_, *customer);
        } else {
            for (int column = 0; column < 3; ++column) {
                customer_changes_.null();
            }
        }
    }
    if (any_is_new) {
        const std::string into = "customers(" + with_profile(customer_columns) + ")";
        if (auto copied = copy(into, customer_rows_); !copied) {
            return copied;
        }
    }
    return run(save_customers_sql(customer_changes_.unnest()), customer_changes_);
}

Result<void> PostgresStore::find_mails(std::span<const customers::WantedMail> wanted,
                                       std::vector<std::optional<customers::MailCampaign>>& out) {
    PostgresColumns mails("ttn");
    for (const customers::WantedMail& each : wanted) {
        mails.begin_row();
        mails.text(each.user_id);
        mails.text(each.message_id);
        mails.number(each.before);
    }
    // The sums keep the search with the customer's few events, and off the index over all.
    const auto found = connection_.query(
        "SELECT mail.place, event.* FROM " + mails.unnest() +
            " WITH ORDINALITY AS mail(user_id, message_id, before, place) CROSS JOIN LATERAL "
            "(SELECT campaign_id, campaign_name, variation FROM events WHERE "
            "user_id = mail.user_id AND message_id = mail.message_id AND seq + 0 < mail.before AND "
            "campaign_id <> '' ORDER BY seq + 0 LIMIT 1) AS event",
        mails.parameters());
    if (!found) {
        return found.error();
    }
    out.assign(wanted.size(), std::nullopt);
    for (int index = 0; index < found->rows(); ++index) {
        const PostgresRow row = found->row(index);
        customers::MailCampaign campaign{std::string(row.bytes(1)), {}, {}};
        campaign.name = row.text_or_null(2);
        campaign.variation = row.text_or_null(3);
        out.at(row.number(0) - 1) = std::move(campaign);
    }
    return {};
}

Result<void> PostgresStore::load_campaigns(std::span<customers::Campaign* const> campaigns) {
    PostgresColumns keys("tt");
    std::map<customers::CampaignKey, customers::Campaign*> by_key;
    for (customers::Campaign* const campaign : campaigns) {
        keys.begin_row();
        keys.text(campaign->key.key);
        keys.text(campaign->key.variation);
        by_key.emplace(campaign->key, campaign);
    }
    const auto found = connection_.query("SELECT " + std::string(campaign_columns) +
                                             " FROM campaigns WHERE (key, variation) IN "
                                             "(SELECT * FROM " +
                                             keys.unnest() + ")",
                                         keys.parameters());
    if (!found) {
        return found.error();
    }
    for (int index = 0; index < found->rows(); ++index) {
        customers::Campaign campaign = read_campaign(found->row(index));
        customers::Campaign* const wanted = by_key.at(campaign.key);
        *wanted = std::move(campaign);
    }
    return {};
}

Result<void> PostgresStore::insert_reached(std::span<const Reached> reached,
                                           std::vector<char>& inserted) {
    std::vector<ReachedRow> rows = rows_of(reached);
    inserted.assign(reached.size(), 0);
    if (rows.empty()) {
        return {};
    }
    PostgresColumns keys("nn");
    for (const ReachedRow& row : rows) {
        keys.begin_row();
        keys.number(row.campaign);
        keys.number(row.customer);
    }
    const auto found =
        connection_.query("SELECT place" + measures() + " FROM " + keys.unnest() +
                              " WITH ORDINALITY AS wanted(campaign, customer, place) "
                              "JOIN campaign_customers USING (campaign, customer)",
                          keys.parameters());
    if (!found) {
        return found.error();
    }
    for (int index = 0; index < found->rows(); ++index) {
        const PostgresRow stored = found->row(index);
        ReachedRow& row = rows.at(stored.number(0) - 1);
        for (std::size_t measure = 0; measure < measure_count; ++measure) {
            row.flags[measure] = stored.flag(static_cast<int>(measure) + 1);
        }
    }
    std::size_t place = 0;
    for (std::size_t index = 0; index < reached.size(); ++index) {
        while (rows[place].campaign != reached[index].campaign ||
               rows[place].customer != reached[index].customer) {
            ++place;
        }
        bool& flag = rows[place].flags[static_cast<std::size_t>(reached[index].measure)];
        if (!flag) {
            inserted[index] = 1;
            rows[place].is_changed = true;
        }
        flag = true;
    }
    PostgresColumns changed(reached_types);
    for (const ReachedRow& row : rows) {
        if (row.is_changed) {
            changed.begin_row();
            changed.number(row.campaign);
            changed.number(row.customer);
            for (const bool flag : row.flags) {
                changed.flag(flag);
            }
        }
    }
    return run(save_reached_sql(changed.unnest()), changed);
}

Result<void> PostgresStore::save_campaigns(std::span<customers::Campaign* const> campaigns) {
    PostgresColumns rows(campaign_types);
    for (customers::Campaign* const campaign : campaigns) {
        rows.begin_row();
        write_campaign(rows, *campaign);
    }
    return run(save_campaigns_sql(rows.unnest()), rows);
}

}  // namespace verohook::sinks
