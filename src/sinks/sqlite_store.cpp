#include "sinks/sqlite_store.hpp"

#include <utility>

namespace verohook::sinks {

namespace {

using customers::Customer;

/// `(?1, ?2, …)`
std::string places(int count) {
    std::string text = "(";
    for (int index = 1; index <= count; ++index) {
        text += (index == 1 ? "?" : ", ?") + std::to_string(index);
    }
    return text + ")";
}

/// Changes a row only where the flag was not set before.
std::string insert_reached_sql(std::string_view measure) {
    const std::string flag(measure);
    return "INSERT INTO campaign_customers(campaign, customer, " + flag +
           ") VALUES(?1, ?2, 1) ON CONFLICT(campaign, customer) DO UPDATE SET " + flag +
           "=1 WHERE NOT " + flag;
}

std::string save_campaign_sql() {
    std::string sql = "INSERT INTO campaigns(" + std::string(campaign_columns) + ") VALUES" +
                      places(26) +
                      " ON CONFLICT(number) DO UPDATE SET name=excluded.name, "
                      "name_seq=excluded.name_seq, first_at=excluded.first_at, "
                      "last_at=excluded.last_at";
    for (std::size_t index = 0; index < customers::measure_count; ++index) {
        const std::string name(customers::measure_name(static_cast<customers::Measure>(index)));
        for (const std::string& column : {name, name + "_customers"}) {
            sql.append(", ").append(column).append("=excluded.").append(column);
        }
    }
    return sql;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::prepare(sqlite::Database& database) {
    std::unique_ptr<SqliteStore> store(new SqliteStore(database));
    const std::string from = " FROM customers WHERE id=?1";
    const std::string load = "SELECT " + std::string(customer_columns);
    const std::string profile = std::string(profile_columns);
    const std::pair<sqlite::Statement*, std::string> statements[] = {
        {&store->insert_event_, "INSERT INTO events(" + std::string(event_columns) + ") VALUES" +
                                    places(19) + " ON CONFLICT(seq) DO NOTHING"},
        {&store->load_customer_, load + from},
        {&store->load_profile_, load + ", " + profile + from},
        {&store->insert_customer_, "INSERT INTO customers(" + std::string(customer_columns) + ", " +
                                       profile + ") VALUES" + places(20)},
        {&store->save_standing_,
         "UPDATE customers SET id_is_number=?2, email_seq=?3, subscription=?4, hard_bounced=?5, "
         "soft_bounces=?6, complained=?7, first_seen=?8, last_seen=?9, subscription_at=?10, "
         "subscription_seq=?11, hard_bounced_at=?12, hard_bounced_seq=?13, complained_at=?14, "
         "complained_seq=?15 WHERE number=?1"},
        {&store->save_email_, "UPDATE customers SET email=?2 WHERE number=?1"},
        {&store->save_profile_,
         "UPDATE customers SET properties=?2, tags=?3, marks=?4 WHERE number=?1"},
        {&store->find_mail_,
         "SELECT campaign_id, campaign_name, variation FROM events "
         "WHERE user_id=?1 AND message_id=?2 AND seq<?3 AND campaign_id<>'' "
         "ORDER BY seq LIMIT 1"},
        {&store->load_campaign_, "SELECT " + std::string(campaign_columns) +
                                     " FROM campaigns WHERE key=?1 AND variation=?2"},
        {&store->save_campaign_, save_campaign_sql()},
    };
    for (const auto& [statement, sql] : statements) {
        auto prepared = database.prepare(sql);
        if (!prepared) {
            return prepared.error();
        }
        *statement = std::move(*prepared);
    }
    for (std::size_t index = 0; index < customers::measure_count; ++index) {
        const auto measure = static_cast<customers::Measure>(index);
        auto prepared = database.prepare(insert_reached_sql(customers::measure_name(measure)));
        if (!prepared) {
            return prepared.error();
        }
        store->insert_reached_[index] = std::move(*prepared);
    }
    return store;
}

Result<void> SqliteStore::insert_events(std::span<const customers::EventRow> rows,
                                        std::vector<char>& inserted) {
    inserted.clear();
    for (const customers::EventRow& row : rows) {
        SqliteWriter into(insert_event_, times_);
        write_event(into, row);
        if (auto done = insert_event_.run(); !done) {
            return done;
        }
        inserted.push_back(database_.changes() > 0 ? 1 : 0);
    }
    return {};
}

Result<void> SqliteStore::load_customers(std::span<const customers::WantedCustomer> wanted,
                                         std::vector<Customer>& out) {
    for (const customers::WantedCustomer& each : wanted) {
        sqlite::Statement& statement = each.profile ? load_profile_ : load_customer_;
        const sqlite::ResetLater later(statement);
        statement.bind_text(1, each.id);
        const Result<bool> row = statement.step();
        if (!row) {
            return row.error();
        }
        if (*row) {
            out.push_back(read_customer(SqliteRow(statement), each.profile));
        }
    }
    return {};
}

Result<void> SqliteStore::insert(Customer& customer) {
    SqliteWriter into(insert_customer_, times_);
    write_customer(into, customer);
    write_profile(into, customer);
    return insert_customer_.run();
}

Result<void> SqliteStore::save(Customer& customer) {
    if (customer.changed.is_new) {
        return insert(customer);
    }
    SqliteWriter standing(save_standing_, times_);
    standing.number(customer.number);
    standing.flag(customer.is_number);
    write_standing(standing, customer);
    if (auto done = save_standing_.run(); !done) {
        return done;
    }
    if (customer.changed.email) {
        save_email_.bind(1, customer.number);
        save_email_.bind_text_or_null(2, customer.email);
        if (auto done = save_email_.run(); !done) {
            return done;
        }
    }
    if (!customer.profile.changed()) {
        return {};
    }
    SqliteWriter profile(save_profile_, times_);
    profile.number(customer.number);
    write_profile(profile, customer);
    return save_profile_.run();
}

Result<void> SqliteStore::save_customers(std::span<Customer* const> customers) {
    for (Customer* const customer : customers) {
        if (auto done = save(*customer); !done) {
            return done;
        }
    }
    return {};
}

Result<void> SqliteStore::find_mails(std::span<const customers::WantedMail> wanted,
                                     std::vector<std::optional<customers::MailCampaign>>& out) {
    for (const customers::WantedMail& each : wanted) {
        const sqlite::ResetLater later(find_mail_);
        find_mail_.bind_text(1, each.user_id);
        find_mail_.bind_text(2, each.message_id);
        find_mail_.bind(3, each.before);
        const Result<bool> row = find_mail_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            out.push_back(std::nullopt);
            continue;
        }
        customers::MailCampaign campaign{std::string(find_mail_.bytes(0)), {}, {}};
        if (const auto name = find_mail_.text_or_null(1)) {
            campaign.name = *name;
        }
        if (const auto variation = find_mail_.text_or_null(2)) {
            campaign.variation = *variation;
        }
        out.push_back(std::move(campaign));
    }
    return {};
}

Result<void> SqliteStore::load_campaigns(std::span<customers::Campaign* const> campaigns) {
    for (customers::Campaign* const campaign : campaigns) {
        const sqlite::ResetLater later(load_campaign_);
        load_campaign_.bind_text(1, campaign->key.key);
        load_campaign_.bind_text(2, campaign->key.variation);
        const Result<bool> row = load_campaign_.step();
        if (!row) {
            return row.error();
        }
        if (*row) {
            *campaign = read_campaign(SqliteRow(load_campaign_));
        }
    }
    return {};
}

Result<void> SqliteStore::insert_reached(std::span<const customers::Reached> rows,
                                         std::vector<char>& inserted) {
    inserted.clear();
    for (const customers::Reached& row : rows) {
        sqlite::Statement& into = insert_reached_[static_cast<std::size_t>(row.measure)];
        into.bind(1, row.campaign);
        into.bind(2, row.customer);
        if (auto done = into.run(); !done) {
            return done;
        }
        inserted.push_back(database_.changes() > 0 ? 1 : 0);
    }
    return {};
}

Result<void> SqliteStore::save_campaigns(std::span<customers::Campaign* const> campaigns) {
    for (customers::Campaign* const campaign : campaigns) {
        SqliteWriter into(save_campaign_, times_);
        write_campaign(into, *campaign);
        if (auto done = save_campaign_.run(); !done) {
            return done;
        }
    }
    return {};
}

}  // namespace verohook::sinks
