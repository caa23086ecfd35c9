#include "sinks/sqlite_reader.hpp"

#include "sinks/sqlite_file.hpp"
#include "sinks/sqlite_rows.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace verohook::sinks {

namespace {

using customers::EventFilter;

/// The condition of a filter, and what is bound to its places in their order.
struct Condition {
    std::string sql;
    std::vector<std::string> texts;

    void add(std::string_view part) { sql.append(sql.empty() ? " WHERE " : " AND ").append(part); }
};

/// `(?, ?, ?)`
std::string places(std::size_t count) {
    std::string text = "(";
    for (std::size_t index = 0; index < count; ++index) {
        text += index == 0 ? "?" : ", ?";
    }
    return text + ")";
}

/// Events are read in the order of `seq`; the index by arrival tells where to begin and to end.
/// What is between may have any time, as a clock may be set back: that is looked at row by row (`+`
/// keeps SQLite from taking the index for it, and from sorting all the rest).
void add_times(Condition& condition, const EventFilter& filter) {
    std::vector<std::string> times;
    std::string indexed;
    std::string each;
    const auto bound = [&](std::string_view comparison, Timestamp at) {
        const std::string part = "received_at " + std::string(comparison) + " ?";
        indexed += (times.empty() ? "" : " AND ") + part;
        each += (times.empty() ? "+" : " AND +") + part;
        times.push_back(format_micros(at));
    };
    const auto add = [&](const std::string& part) {
        condition.add(part);
        condition.texts.insert(condition.texts.end(), times.begin(), times.end());
    };
    if (filter.since) {
        bound(">=", *filter.since);
    }
    if (filter.until) {
        bound("<", *filter.until);
    }
    if (filter.since) {
        add("seq >= (SELECT min(+seq) FROM events WHERE " + indexed + ")");
        add("seq <= (SELECT max(+seq) FROM events WHERE " + indexed + ")");
    }
    if (!times.empty()) {
        add(each);
    }
}

Condition condition_of(const EventFilter& filter) {
    Condition condition;
    const auto bind_all = [&](const std::vector<std::string>& texts) {
        condition.texts.insert(condition.texts.end(), texts.begin(), texts.end());
    };
    if (!filter.types.empty()) {
        condition.add("type IN " + places(filter.types.size()));
        bind_all(filter.types);
    }
    if (!filter.user_ids.empty() || !filter.email.empty()) {
        std::string whose = "user_id IN " + places(filter.user_ids.size());
        bind_all(filter.user_ids);
        if (!filter.email.empty()) {
            whose += " OR trim(email) = ? COLLATE NOCASE";
            condition.texts.push_back(filter.email);
        }
        condition.add("(" + whose + ")");
    }
    if (!filter.campaign.empty()) {
        condition.add("(campaign_id = ? OR campaign_name = ?)");
        condition.texts.insert(condition.texts.end(), 2, filter.campaign);
    }
    add_times(condition, filter);
    return condition;
}

void bind(sqlite::Statement& statement, const std::vector<std::string>& texts) {
    int place = 1;
    for (const std::string& text : texts) {
        statement.bind_text(place++, text);
    }
}

class SqliteReader final : public customers::Reader {
public:
    explicit SqliteReader(sqlite::Database database) : database_(std::move(database)) {}

    Result<std::vector<customers::Customer>> customers(std::string_view id_or_email) override {
        const std::string sql = "SELECT " + std::string(customer_columns) + ", " +
                                std::string(profile_columns) +
                                " FROM customers WHERE id = ?1 OR email = ?1 COLLATE NOCASE "
                                "ORDER BY number";
        auto statement = database_.prepare(sql);
        if (!statement) {
            return statement.error();
        }
        statement->bind_text(1, id_or_email);
        std::vector<customers::Customer> found;
        const auto done = each_row(*statement, [&] {
            found.push_back(read_customer(SqliteRow(*statement), true));
            return true;
        });
        if (!done) {
            return done.error();
        }
        return found;
    }

    Result<std::vector<customers::Campaign>> campaigns() override {
        auto statement = database_.prepare("SELECT " + std::string(campaign_columns) +
                                           " FROM campaigns ORDER BY last_at DESC, number DESC");
        if (!statement) {
            return statement.error();
        }
        std::vector<customers::Campaign> found;
        const auto done = each_row(*statement, [&] {
            found.push_back(read_campaign(SqliteRow(*statement)));
            return true;
        });
        if (!done) {
            return done.error();
        }
        return found;
    }

    Result<std::uint64_t> count_events(const EventFilter& filter) override {
        const Condition condition = condition_of(filter);
        auto statement = database_.prepare("SELECT count(*) FROM events" + condition.sql);
        if (!statement) {
            return statement.error();
        }
        bind(*statement, condition.texts);
        std::uint64_t count = 0;
        const auto done = each_row(*statement, [&] {
            count = static_cast<std::uint64_t>(statement->integer(0));
            return true;
        });
        if (!done) {
            return done.error();
        }
        return filter.newest > 0 ? std::min(count, filter.newest) : count;
    }

    Result<void> each_event(const EventFilter& filter,
                            const std::function<bool(const customers::EventRow&)>& take) override {
        const Condition condition = condition_of(filter);
        const std::string columns(event_columns);
        std::string sql = "SELECT " + columns + " FROM events" + condition.sql + " ORDER BY seq";
        if (filter.newest > 0) {
            sql = "SELECT " + columns + " FROM (" + sql + " DESC LIMIT " +
                  std::to_string(filter.newest) + ") ORDER BY seq";
        }
        auto statement = database_.prepare(sql);
        if (!statement) {
            return statement.error();
        }
        bind(*statement, condition.texts);
        return each_row(*statement, [&] { return take(read_event(SqliteRow(*statement))); });
    }

private:
    template <class Take>
    static Result<void> each_row(sqlite::Statement& statement, Take take) {
        const sqlite::ResetLater later(statement);
        for (;;) {
            const Result<bool> row = statement.step();
            if (!row) {
                return row.error();
            }
            if (!*row || !take()) {
                return {};
            }
        }
    }

    sqlite::Database database_;
};

}  // namespace

Result<std::unique_ptr<customers::Reader>> open_sqlite_reader(const std::filesystem::path& file) {
    auto database = read_customers_file(file);
    if (!database) {
        return database.error();
    }
    return std::unique_ptr<customers::Reader>(std::make_unique<SqliteReader>(std::move(*database)));
}

std::filesystem::path customers_file(const std::filesystem::path& state_dir,
                                     const std::string& path) {
    std::error_code ignored;  // Without a working folder the path stays as it is.
    // An absolute path replaces the folder.
    const std::filesystem::path joined = state_dir / path;
    std::filesystem::path absolute = std::filesystem::absolute(joined, ignored);
    return (absolute.empty() ? joined : absolute).lexically_normal();
}

}  // namespace verohook::sinks
