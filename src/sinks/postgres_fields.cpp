#include "sinks/postgres_fields.hpp"

#include <verohook/base/result.hpp>

#include <limits>

namespace verohook::sinks {

namespace {

using std::chrono::microseconds;

/// PostgreSQL counts from 2000.
constexpr Timestamp epoch{std::chrono::sys_days{std::chrono::January / 1 / 2000}};

constexpr unsigned bits_of_byte = 8;

template <class Unsigned>
void append_integer(std::string& out, Unsigned value) {
    for (std::size_t byte = sizeof value; byte-- > 0;) {
        out += static_cast<char>(static_cast<unsigned char>(value >> (byte * bits_of_byte)));
    }
}

void append_length(std::string& out, std::size_t length) {
    VEROHOOK_CHECK(length <= std::numeric_limits<std::int32_t>::max());
    append_integer(out, static_cast<std::uint32_t>(length));
}

}  // namespace

std::int64_t to_postgres_micros(Timestamp at) {
    return (at - epoch).count();
}

Timestamp from_postgres_micros(std::int64_t micros) {
    constexpr std::int64_t bound = std::numeric_limits<std::int64_t>::max() / 2;
    return micros < -bound || micros > bound ? Timestamp{} : epoch + microseconds{micros};
}

std::int64_t read_integer(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = (value << bits_of_byte) | static_cast<unsigned char>(byte);
    }
    const bool is_short = bytes.size() == sizeof(std::int16_t);
    if (is_short || bytes.size() == sizeof(std::int32_t)) {
        return is_short ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
    }
    return static_cast<std::int64_t>(value);
}

std::string integer_bytes(std::uint64_t value) {
    std::string bytes;
    append_integer(bytes, value);
    return bytes;
}

void PostgresFields::number(std::uint64_t value) {
    append_length(bytes_, sizeof value);
    append_integer(bytes_, value);
}

void PostgresFields::flag(bool value) {
    append_length(bytes_, 1);
    bytes_ += value ? '\1' : '\0';
}

void PostgresFields::text(std::string_view value) {
    append_length(bytes_, value.size());
    bytes_ += value;
}

void PostgresFields::text_or_null(const std::optional<std::string_view>& value) {
    if (value) {
        text(*value);
    } else {
        null();
    }
}

void PostgresFields::null() {
    append_integer(bytes_, std::numeric_limits<std::uint32_t>::max());
}

void PostgresFields::micros(Timestamp at) {
    number(static_cast<std::uint64_t>(to_postgres_micros(at)));
}

void PostgresRows::clear() {
    using namespace std::string_view_literals;
    bytes_ = "PGCOPY\n\xff\r\n\0"sv;
    append_integer(bytes_, std::uint32_t{0});  // Flags, and the length of what follows: nothing.
    append_integer(bytes_, std::uint32_t{0});
}

void PostgresRows::begin_row() {
    append_integer(bytes_, columns_);
}

void PostgresRows::end() {
    append_integer(bytes_, std::numeric_limits<std::uint16_t>::max());
}

void PostgresArray::clear() {
    bytes_.clear();
    append_integer(bytes_, std::uint32_t{1});  // Dimensions.
    append_integer(bytes_, std::uint32_t{1});  // There may be nulls.
    append_integer(bytes_, static_cast<std::uint32_t>(type_));
    append_integer(bytes_, std::uint32_t{0});  // How many: set at the end.
    append_integer(bytes_, std::uint32_t{1});  // The first one's index.
}

void PostgresArray::end(std::size_t count) {
    constexpr std::size_t count_at = 12;
    std::string number;
    append_length(number, count);
    bytes_.replace(count_at, number.size(), number);
}

PostgresColumns::PostgresColumns(std::string_view types) : unnest_("unnest(") {
    for (const char type : types) {
        const bool is_number = type == 'n';
        const bool is_flag = type == 'f';
        const bool is_time = type == 's';
        columns_.emplace_back(is_number ? PostgresType::bigint
                              : is_flag ? PostgresType::boolean
                              : is_time ? PostgresType::timestamptz
                                        : PostgresType::text);
        unnest_ += columns_.size() == 1 ? "$" : ", $";
        unnest_ += std::to_string(columns_.size());
        unnest_ += is_number ? "::bigint[]"
                   : is_flag ? "::boolean[]"
                   : is_time ? "::timestamptz[]"
                             : "::text[]";
    }
    unnest_ += ")";
}

void PostgresColumns::clear() {
    for (PostgresArray& column : columns_) {
        column.clear();
    }
    rows_ = 0;
}

void PostgresColumns::begin_row() {
    VEROHOOK_CHECK(rows_ == 0 || column_ == columns_.size());
    ++rows_;
    column_ = 0;
}

std::vector<std::string_view> PostgresColumns::parameters() {
    std::vector<std::string_view> parameters;
    for (PostgresArray& column : columns_) {
        column.end(rows_);
        parameters.emplace_back(column.bytes());
    }
    return parameters;
}

}  // namespace verohook::sinks
