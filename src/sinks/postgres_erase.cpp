#include "sinks/postgres_erase.hpp"

#include "base/text.hpp"
#include "sinks/postgres_fields.hpp"
#include "sinks/postgres_text.hpp"

#include <string>
#include <vector>

namespace verohook::sinks {

namespace {

std::string lower(std::string text) {
    for (char& letter : text) {
        // Of ASCII alone, as the tables' own collation does it.
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return text;
}

PostgresColumns array_of(const std::vector<std::string>& texts, bool in_lower_case) {
    PostgresColumns array("t");
    for (const std::string& text : texts) {
        const std::string clean = text_without_nul(trim(text));
        array.begin_row();
        array.text(in_lower_case ? lower(clean) : clean);
    }
    return array;
}

/// A body names an address also in other places, such as the campaign's `sent_to`: as a whole text,
/// so that nobody with a longer address is taken for the person. The last condition leaves out what
/// was erased before.
constexpr const char* events_sql =
    "UPDATE events SET id = 'erased', user_id = NULL, user_id_is_number = false, email = NULL, "
    "message_id = NULL, bounce_code = NULL, bounce_message = NULL, user_agent = NULL, "
    "extra = NULL, body = NULL "
    "WHERE (user_id = ANY($1::text[]) OR lower(btrim(email)) = ANY($2::text[]) OR EXISTS ("
    "SELECT 1 FROM unnest($2::text[]) AS one(email) WHERE "
    "position('\"' || one.email || '\"' IN lower(body::text COLLATE \"C\")) > 0)) "
    "AND body IS NOT NULL";

constexpr const char* reached_sql =
    "DELETE FROM campaign_customers WHERE customer IN "
    "(SELECT number FROM customers WHERE id = ANY($1::text[]))";

constexpr const char* customers_sql = "DELETE FROM customers WHERE id = ANY($1::text[])";

}  // namespace

Result<std::uint64_t> erase_person(PostgresConnection& connection, const sink::Person& person) {
    PostgresColumns emails = array_of(person.emails, true);
    const std::string_view email_array = emails.parameters().front();
    // Who has an address of the person is the person, so the customers' ids come in as well.
    const auto found = connection.query(
        "SELECT id FROM customers WHERE lower(email) = ANY($1::text[])", {email_array});
    if (!found) {
        return found.error();
    }
    PostgresColumns ids = array_of(person.ids, false);
    for (int index = 0; index < found->rows(); ++index) {
        ids.begin_row();
        ids.text(found->row(index).bytes(0));
    }
    const std::string_view id_array = ids.parameters().front();
    const auto events = connection.query(events_sql, {id_array, email_array});
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
    return events->changed() + customers->changed();
}

}  // namespace verohook::sinks
