#include "sinks/postgres_reader.hpp"

#include "sinks/postgres_connection.hpp"
#include "sinks/postgres_fields.hpp"
#include "sinks/postgres_schema.hpp"
#include "sinks/postgres_settings.hpp"
#include "sinks/postgres_text.hpp"
#include "sinks/table_rows.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace verohook::sinks {

namespace {

using customers::EventFilter;

/// The condition of a filter, and the parameters that it names, in their order.
class PostgresCondition {
public:
    explicit PostgresCondition(const EventFilter& filter) {
        if (!filter.types.empty()) {
            add("type = ANY(" + array(filter.types) + ")");
        }
        if (!filter.user_ids.empty() || !filter.email.empty()) {
            std::string whose = "user_id = ANY(" + array(filter.user_ids) + ")";
            if (!filter.email.empty()) {
                whose +=
                    " OR lower(btrim(email)) = lower(" + text(filter.email) + " COLLATE \"C\")";
            }
            add("(" + whose + ")");
        }
        if (!filter.campaign.empty()) {
            const std::string campaign = text(filter.campaign);
            add("(campaign_id = " + campaign + " OR campaign_name = " + campaign + ")");
        }
        add_times(filter);
    }

    [[nodiscard]] const std::string& sql() const { return sql_; }
    [[nodiscard]] std::vector<std::string_view> parameters() const {
        return {parameters_.begin(), parameters_.end()};
    }

private:
    /// Events are read in the order of `seq`; the index by arrival tells where to begin and to end.
    /// The sums keep PostgreSQL from searching for that in the order of `seq`, too.
    void add_times(const EventFilter& filter) {
        std::string range;
        if (filter.since) {
            range = "received_at >= " + time(*filter.since);
        }
        if (filter.until) {
            range +=
                (range.empty() ? "received_at < " : " AND received_at < ") + time(*filter.until);
        }
        if (filter.since) {
            add("seq >= (SELECT min(seq + 0) FROM events WHERE " + range + ")");
            add("seq <= (SELECT max(seq + 0) FROM events WHERE " + range + ")");
        }
        if (!range.empty()) {
            add(range);
        }
    }

    void add(const std::string& part) { sql_ += (sql_.empty() ? " WHERE " : " AND ") + part; }
    std::string place(std::string bytes, std::string_view type) {
        parameters_.push_back(std::move(bytes));
        return "$" + std::to_string(parameters_.size()) + "::" + std::string(type);
    }
    std::string text(const std::string& text) { return place(text_without_nul(text), "text"); }
    std::string time(Timestamp at) {
        return place(integer_bytes(static_cast<std::uint64_t>(to_postgres_micros(at))),
                     "timestamptz");
    }
    std::string array(const std::vector<std::string>& texts) {
        PostgresColumns columns("t");
        for (const std::string& each : texts) {
            columns.begin_row();
            columns.text(text_without_nul(each));
        }
        return place(std::string(columns.parameters().front()), "text[]");
    }

    std::string sql_;
    std::vector<std::string> parameters_;
};

class PostgresReader final : public customers::Reader {
public:
    explicit PostgresReader(std::unique_ptr<PostgresConnection> connection)
        : connection_(std::move(connection)) {}

    Result<std::vector<customers::Customer>> customers(std::string_view id_or_email) override {
        const std::string who = text_without_nul(id_or_email);
        const auto rows = connection_->query("SELECT " + std::string(customer_columns) + ", " +
                                                 std::string(profile_columns) +
                                                 " FROM customers WHERE id = $1::text OR "
                                                 "lower(email) = lower($1::text COLLATE \"C\") "
                                                 "ORDER BY number",
                                             {who});
        if (!rows) {
            return rows.error();
        }
        std::vector<customers::Customer> found;
        found.reserve(static_cast<std::size_t>(rows->rows()));
        for (int index = 0; index < rows->rows(); ++index) {
            found.push_back(read_customer(rows->row(index), true));
        }
        return found;
    }

    Result<std::vector<customers::Campaign>> campaigns() override {
        const auto rows = connection_->query("SELECT " + std::string(campaign_columns) +
                                             " FROM campaigns ORDER BY last_at DESC, number DESC");
        if (!rows) {
            return rows.error();
        }
        std::vector<customers::Campaign> found;
        found.reserve(static_cast<std::size_t>(rows->rows()));
        for (int index = 0; index < rows->rows(); ++index) {
            found.push_back(read_campaign(rows->row(index)));
        }
        return found;
    }

    Result<std::uint64_t> count_events(const EventFilter& filter) override {
        const PostgresCondition condition(filter);
        const auto rows = connection_->query("SELECT count(*) FROM events" + condition.sql(),
                                             condition.parameters());
        if (!rows) {
            return rows.error();
        }
        const std::uint64_t count = rows->row(0).number(0);
        return filter.newest > 0 ? std::min(count, filter.newest) : count;
    }

    Result<void> each_event(const EventFilter& filter,
                            const std::function<bool(const customers::EventRow&)>& take) override {
        const PostgresCondition condition(filter);
        const std::string columns(event_columns);
        std::string sql = "SELECT " + columns + " FROM events" + condition.sql() + " ORDER BY seq";
        if (filter.newest > 0) {
            sql = "SELECT " + columns + " FROM (" + sql + " DESC LIMIT " +
                  std::to_string(filter.newest) + ") AS newest ORDER BY seq";
        }
        auto declared = connection_->query("DECLARE reading NO SCROLL CURSOR FOR " + sql,
                                           condition.parameters());
        if (!declared) {
            return declared.error();
        }
        for (bool going_on = true; going_on;) {
            const auto rows = connection_->query("FETCH 1000 FROM reading");
            if (!rows) {
                return rows.error();
            }
            going_on = rows->rows() > 0;
            for (int index = 0; going_on && index < rows->rows(); ++index) {
                going_on = take(read_event(rows->row(index)));
            }
        }
        return connection_->execute("CLOSE reading");
    }

private:
    std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace

Result<std::unique_ptr<customers::Reader>> open_postgres_reader(const Options& options) {
    std::vector<OptionComplaint> complaints;
    const PostgresSettings settings = read_postgres_options(options, complaints);
    if (!complaints.empty()) {
        return to_error(complaints);
    }
    auto connection = PostgresConnection::open(settings.target, settings.timeout);
    if (!connection) {
        return connection.error();
    }
    auto done = begin_reading(**connection, settings.schema);
    if (done) {
        done = check_readable(**connection, settings.schema);
    }
    if (!done) {
        return done.error();
    }
    return std::unique_ptr<customers::Reader>(
        std::make_unique<PostgresReader>(std::move(*connection)));
}

}  // namespace verohook::sinks
