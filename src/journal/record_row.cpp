#include "journal/record_row.hpp"

#include <bit>
#include <cstring>
#include <string>

namespace verohook::journal {

namespace {

static_assert(std::endian::native == std::endian::little, "checksums are over little-endian bytes");

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, sizeof number> bytes{};
    std::memcpy(bytes.data(), &number, sizeof number);
    out.append(bytes.data(), bytes.size());
}

void append_sized(std::string& out, std::string_view text) {
    append_number(out, text.size());
    out.append(text);
}

std::uint64_t micros(Timestamp at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

constexpr std::uint64_t erased_flag = 16;

std::uint64_t stored_kind(const Record& record) {
    return static_cast<std::uint64_t>(record.kind) | (record.erased ? erased_flag : 0);
}

Timestamp timestamp(std::int64_t micros_since_epoch) {
    return Timestamp(std::chrono::microseconds(micros_since_epoch));
}

}  // namespace

std::array<char, 16> id_bytes(const Hash128& id) {
    std::array<char, 16> bytes{};
    const std::uint64_t high = __builtin_bswap64(id.high);
    const std::uint64_t low = __builtin_bswap64(id.low);
    std::memcpy(bytes.data(), &high, 8);
    std::memcpy(bytes.data() + 8, &low, 8);
    return bytes;
}

Hash128 id_from_bytes(std::string_view bytes) {
    Hash128 id;
    if (bytes.size() == 16) {
        std::memcpy(&id.high, bytes.data(), 8);
        std::memcpy(&id.low, bytes.data() + 8, 8);
    }
    return {__builtin_bswap64(id.high), __builtin_bswap64(id.low)};
}

std::uint64_t record_checksum(const Record& record) {
    // Kept for its memory: a checksum is made for every record that is written or read.
    thread_local std::string head;
    head.clear();
    append_number(head, record.seq);
    append_number(head, record.id.high);
    append_number(head, record.id.low);
    append_number(head, stored_kind(record));
    append_number(head, micros(record.received_at));
    append_number(head, record.occurred_at ? 1 : 0);
    append_number(head, record.occurred_at ? micros(*record.occurred_at) : 0);
    append_number(head, record.duplicate_of ? 1 : 0);
    append_number(head, record.duplicate_of.value_or(0));
    append_sized(head, record.type);
    append_sized(head, record.remote);
    append_sized(head, record.request_id);
    append_sized(head, record.headers);
    return hash64(head, hash64(record.body));
}

void bind_record(sqlite::Statement& statement, const Record& record,
                 const std::array<char, 16>& id) {
    statement.bind(1, record.seq);
    statement.bind_blob(2, {id.data(), id.size()});
    statement.bind(3, stored_kind(record));
    statement.bind_text(4, record.type);
    statement.bind(5, micros(record.received_at));
    if (record.occurred_at) {
        statement.bind(6, micros(*record.occurred_at));
    } else {
        statement.bind_null(6);
    }
    if (record.duplicate_of) {
        statement.bind(7, *record.duplicate_of);
    } else {
        statement.bind_null(7);
    }
    statement.bind_text(8, record.remote);
    statement.bind_text(9, record.request_id);
    statement.bind_text(10, record.headers);
    statement.bind_blob(11, record.body);
    statement.bind(12, record_checksum(record));
}

void bind_erased(sqlite::Statement& statement, const Record& record) {
    statement.bind(3, stored_kind(record));
    statement.bind_blob(4, record.body);
    statement.bind(5, record_checksum(record));
    statement.bind_text(6, record.type);
}

Result<RecordPtr> read_record(const sqlite::Statement& statement) {
    auto record = std::make_shared<Record>();
    record->seq = static_cast<Seq>(statement.integer(0));
    record->id = id_from_bytes(statement.bytes(1));
    const auto kind = static_cast<std::uint64_t>(statement.integer(2));
    record->kind = static_cast<Kind>(kind & ~erased_flag);
    record->erased = (kind & erased_flag) != 0;
    record->type = statement.bytes(3);
    record->received_at = timestamp(statement.integer(4));
    if (!statement.is_null(5)) {
        record->occurred_at = timestamp(statement.integer(5));
    }
    if (!statement.is_null(6)) {
        record->duplicate_of = static_cast<Seq>(statement.integer(6));
    }
    record->remote = statement.bytes(7);
    record->request_id = statement.bytes(8);
    record->headers = statement.bytes(9);
    record->body = statement.bytes(10);
    if (record_checksum(*record) != static_cast<std::uint64_t>(statement.integer(11))) {
        return damaged_record_error(record->seq);
    }
    return RecordPtr(std::move(record));
}

RecordPtr damaged_record(const sqlite::Statement& statement) {
    auto record = std::make_shared<Record>();
    record->seq = static_cast<Seq>(statement.integer(0));
    record->kind = Kind::damaged;
    record->received_at = timestamp(statement.integer(4));
    return record;
}

Error damaged_record_error(Seq seq) {
    return {ErrorCode::corrupt, "record " + std::to_string(seq) +
                                    " of the journal fails its checksum: the file is damaged; put "
                                    "a backup in its place"};
}

std::uint64_t record_bytes(const Draft& draft) {
    // Beside the texts: the numbers, the id, and what SQLite needs for a row.
    constexpr std::uint64_t row_bytes = 80;
    return row_bytes + draft.type.size() + draft.remote.size() + draft.request_id.size() +
           draft.headers.size() + draft.body.size();
}

std::size_t draft_bytes(const Draft& draft) {
    return sizeof(Record) + draft.type.size() + draft.remote.size() + draft.request_id.size() +
           draft.headers.size() + draft.body.size();
}

}  // namespace verohook::journal
