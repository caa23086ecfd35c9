#include "sinks/postgres_erase.hpp"

#include "base/text.hpp"
#include "sinks/postgres_fields.hpp"
#include "sinks/postgres_text.hpp"
#include "sinks/table_erase.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace verohook::sinks {

namespace {

using Texts = std::vector<std::string>;

std::string lower(std::string text) {
    for (char& letter : text) {
        // Of ASCII alone, as the tables' own collation does it.
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return text;
}

PostgresColumns array_of(const Texts& texts) {
    PostgresColumns array("t");
    for (const std::string& text : texts) {
        array.begin_row();
        array.text(text);
    }
    return array;
}

/// Tables are gone through in parts, by their keys: neither a statement nor an answer gets long.
constexpr const char* next_event_sql =
    "SELECT seq FROM events WHERE seq >= $1::bigint ORDER BY seq OFFSET 1000 LIMIT 1";
constexpr const char* next_customer_sql =
    "SELECT number FROM customers WHERE number >= $1::bigint ORDER BY number OFFSET 1000 LIMIT 1";

/// The events that may be the person's: with their body where that has to be read to tell. A body
/// names an address also in other places, such as the campaign's `sent_to`, and an escape (its
/// backslash is `chr(92)`) can hide it. What was erased before has no body.
constexpr const char* events_sql =
    "SELECT seq, CASE WHEN user_id = ANY($3::text[]) THEN NULL ELSE body::text END FROM events "
    "WHERE seq >= $1::bigint AND seq < $2::bigint AND body IS NOT NULL AND "
    "(user_id = ANY($3::text[]) OR EXISTS (SELECT 1 FROM unnest($4::text[]) AS one(email) WHERE "
    "position(chr(92) IN body::text) > 0 OR "
    "position(one.email IN lower(body::text COLLATE \"C\")) > 0))";

constexpr const char* empty_events_sql =
    "UPDATE events SET id = 'erased', user_id = NULL, user_id_is_number = false, email = NULL, "
    "message_id = NULL, bounce_code = NULL, bounce_message = NULL, user_agent = NULL, "
    "extra = NULL, body = NULL WHERE seq = ANY($1::bigint[])";

/// Others' rows, too: somebody's friend, or an address that was theirs once.
constexpr const char* named_customers_sql =
    "SELECT number, id, email, properties::text, tags::text, marks::text FROM (SELECT *, "
    "concat_ws(' ', id, email, properties, tags, marks) COLLATE \"C\" AS texts FROM customers "
    "WHERE number >= $1::bigint AND number < $2::bigint) AS customer WHERE EXISTS ("
    "SELECT 1 FROM unnest($3::text[]) AS one(email) WHERE position(chr(92) IN texts) > 0 OR "
    "position(one.email IN lower(texts)) > 0)";

constexpr const char* rest_sql =
    "UPDATE customers SET email = CASE WHEN $2::text = '' THEN NULL ELSE email END, "
    "properties = $3::text::json, tags = $4::text::json, marks = $5::text::json "
    "WHERE number = $1::bigint";

/// By the campaigns, since the table's key begins with them.
constexpr const char* reached_sql =
    "DELETE FROM campaign_customers WHERE (campaign, customer) IN (SELECT campaigns.number, "
    "customers.number FROM campaigns, customers WHERE customers.id = ANY($1::text[]))";

constexpr const char* customers_sql = "DELETE FROM customers WHERE id = ANY($1::text[])";

/// Calls `take` with the bounds of one part of a table after the other.
template <class Take>
Result<void> each_part(PostgresConnection& connection, const char* next_sql, Take take) {
    std::uint64_t first = 0;
    for (;;) {
        const auto next = connection.query(next_sql, {integer_bytes(first)});
        if (!next) {
            return next.error();
        }
        const bool is_last = next->rows() == 0;
        const std::uint64_t end =
            is_last ? std::numeric_limits<std::int64_t>::max() : next->row(0).number(0);
        if (Result<void> done = take(integer_bytes(first), integer_bytes(end)); !done || is_last) {
            return done;
        }
        first = end;
    }
}

/// The customers in whose rows an address of the person stands.
Result<std::vector<CustomerRest>> find_customers(PostgresConnection& connection,
                                                 const RowSearch& search,
                                                 std::string_view email_array) {
    std::vector<CustomerRest> found;
    const auto searched = each_part(
        connection, next_customer_sql,
        [&](const std::string& first, const std::string& end) -> Result<void> {
            const auto rows = connection.query(named_customers_sql, {first, end, email_array});
            if (!rows) {
                return rows.error();
            }
            for (int index = 0; index < rows->rows(); ++index) {
                if (auto rest = search.rest_of(rows->row(index))) {
                    found.push_back(*std::move(rest));
                }
            }
            return {};
        });
    return searched ? Result<std::vector<CustomerRest>>(std::move(found)) : searched.error();
}

/// Empties the person's events; how many there were.
Result<std::uint64_t> erase_events(PostgresConnection& connection, const RowSearch& search,
                                   std::string_view id_array, std::string_view email_array) {
    std::uint64_t erased = 0;
    const auto done = each_part(
        connection, next_event_sql,
        [&](const std::string& first, const std::string& end) -> Result<void> {
            const auto rows = connection.query(events_sql, {first, end, id_array, email_array});
            if (!rows) {
                return rows.error();
            }
            PostgresColumns seqs("n");
            for (int index = 0; index < rows->rows(); ++index) {
                const PostgresRow row = rows->row(index);
                if (row.is_null(1) || search.is_in(row.bytes(1))) {
                    seqs.begin_row();
                    seqs.number(row.number(0));
                }
            }
            if (seqs.empty()) {
                return {};
            }
            const auto emptied = connection.query(empty_events_sql, {seqs.parameters().front()});
            if (!emptied) {
                return emptied.error();
            }
            erased += emptied->changed();
            return {};
        });
    return done ? Result<std::uint64_t>(erased) : done.error();
}

/// Leaves of others' rows what does not name the person. Those that went are not there any more.
Result<std::uint64_t> cut_customers(PostgresConnection& connection,
                                    const std::vector<CustomerRest>& found) {
    std::uint64_t rows = 0;
    for (const CustomerRest& rest : found) {
        const auto done = connection.query(
            rest_sql, {integer_bytes(rest.number), rest.keeps_email ? "keep" : "",
                       rest.profile.properties, rest.profile.tags, rest.profile.marks});
        if (!done) {
            return done.error();
        }
        rows += done->changed();
    }
    return rows;
}

/// The ids of the person: those that are known, and the customers who have an address of theirs.
Result<Texts> find_ids(PostgresConnection& connection, const sink::Person& person,
                       std::string_view email_array, const std::vector<CustomerRest>& named) {
    const auto found = connection.query(
        "SELECT id FROM customers WHERE lower(email) = ANY($1::text[])", {email_array});
    if (!found) {
        return found.error();
    }
    Texts ids;
    for (const std::string& id : person.ids) {
        ids.push_back(text_without_nul(id));  // Blanks are a part of it.
    }
    for (int index = 0; index < found->rows(); ++index) {
        ids.emplace_back(found->row(index).bytes(0));
    }
    for (const CustomerRest& rest : named) {
        if (rest.id) {
            ids.push_back(*rest.id);
        }
    }
    return ids;
}

}  // namespace

Result<std::uint64_t> erase_person(PostgresConnection& connection, const sink::Person& person) {
    const RowSearch search(person);
    Texts emails;
    for (const std::string& email : person.emails) {
        emails.push_back(lower(text_without_nul(trim(email))));
    }
    PostgresColumns email_columns = array_of(emails);
    const std::string_view email_array = email_columns.parameters().front();
    std::vector<CustomerRest> named;
    if (!emails.empty()) {
        auto found = find_customers(connection, search, email_array);
        if (!found) {
            return found.error();
        }
        named = *std::move(found);
    }
    const auto ids = find_ids(connection, person, email_array, named);
    if (!ids) {
        return ids.error();
    }
    PostgresColumns id_columns = array_of(*ids);
    const std::string_view id_array = id_columns.parameters().front();
    const auto events = erase_events(connection, search, id_array, email_array);
    if (!events) {
        return events.error();
    }
    if (auto reached = connection.query(reached_sql, {id_array}); !reached) {
        return reached.error();
    }
    const auto customers = connection.query(customers_sql, {id_array});
    if (!customers) {
        return customers.error();
    }
    const auto others = cut_customers(connection, named);
    return others ? *events + customers->changed() + *others : others;
}

}  // namespace verohook::sinks
