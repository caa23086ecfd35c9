#include "journal/rows_to_blocks.hpp"

#include "journal/block_inserter.hpp"

#include <cstring>
#include <optional>
#include <string>

namespace verohook::journal {

namespace {

constexpr std::string_view old_columns =
    "seq, id, kind, type, received_at, occurred_at, duplicate_of, remote, request_id, headers, "
    "body, checksum";
constexpr std::uint64_t old_erased_flag = 16;

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return __builtin_bswap64(number);
}

void append_number(std::string& out, std::uint64_t number) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void append_sized(std::string& out, std::string_view text) {
    append_number(out, text.size());
    out.append(text);
}

std::uint64_t micros(Timestamp at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
}

/// As version 3 had it: over the columns one by one.
std::uint64_t old_checksum(const Record& record, std::uint64_t kind) {
    std::string head;
    append_number(head, record.seq);
    append_number(head, record.id.high);
    append_number(head, record.id.low);
    append_number(head, kind);
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

Timestamp time_of(std::int64_t micros_since_epoch) {
    return Timestamp(std::chrono::microseconds(micros_since_epoch));
}

/// The record of an old row; nothing where it fails its checksum.
std::optional<Record> record_of(const sqlite::Statement& row) {
    Record record;
    record.seq = static_cast<Seq>(row.integer(0));
    if (const std::string_view id = row.bytes(1); id.size() == 16) {
        record.id = {big_endian(id), big_endian(id.substr(8))};
    }
    const auto kind = static_cast<std::uint64_t>(row.integer(2));
    record.kind = static_cast<Kind>(kind & ~old_erased_flag);
    record.erased = (kind & old_erased_flag) != 0;
    record.type = row.bytes(3);
    record.received_at = time_of(row.integer(4));
    if (!row.is_null(5)) {
        record.occurred_at = time_of(row.integer(5));
    }
    if (!row.is_null(6)) {
        record.duplicate_of = static_cast<Seq>(row.integer(6));
    }
    record.remote = row.bytes(7);
    record.request_id = row.bytes(8);
    record.headers = row.bytes(9);
    record.body = row.bytes(10);
    if (old_checksum(record, kind) != static_cast<std::uint64_t>(row.integer(11))) {
        return std::nullopt;
    }
    return record;
}

Result<void> move_records(sqlite::Database& database) {
    BlockInserter inserter;
    if (const auto done = inserter.prepare(database); !done) {
        return done.error();
    }
    Result<sqlite::Statement> rows = database.prepare(
        "SELECT " + std::string(old_columns) + ", bytes, bytes_before FROM record ORDER BY seq");
    if (!rows) {
        return rows.error();
    }
    for (;;) {
        const Result<bool> row = rows->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return inserter.finish();
        }
        const BlockInserter::Size size{static_cast<std::uint64_t>(rows->integer(12)),
                                       static_cast<std::uint64_t>(rows->integer(13))};
        const std::optional<Record> record = record_of(*rows);
        const Result<void> added = record ? inserter.add(*record, size)
                                          : inserter.add_damaged(static_cast<Seq>(rows->integer(0)),
                                                                 time_of(rows->integer(4)), size);
        if (!added) {
            return added.error();
        }
    }
}

Result<void> move_letters(sqlite::Database& database) {
    Result<sqlite::Statement> insert = database.prepare(
        "INSERT INTO dead_letter(sink, seq, reason, at, record) VALUES(?, ?, ?, ?, ?)");
    Result<sqlite::Statement> rows = database.prepare("SELECT " + std::string(old_columns) +
                                                      ", sink, reason, at FROM dead_letter_row");
    if (!insert || !rows) {
        return insert ? rows.error() : insert.error();
    }
    for (;;) {
        const Result<bool> row = rows->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
        BlockBuilder copy;
        const std::optional<Record> record = rows->is_null(1) ? std::nullopt : record_of(*rows);
        insert->bind_text(1, rows->bytes(12));
        insert->bind(2, rows->integer(0));
        insert->bind_text(3, rows->bytes(13));
        insert->bind(4, rows->integer(14));
        if (record) {
            copy.add(*record);
            insert->bind_blob(5, copy.finish());
        } else {
            insert->bind_null(5);
        }
        if (const auto done = insert->run(); !done) {
            return done.error();
        }
    }
}

}  // namespace

Result<void> rows_to_blocks(sqlite::Database& database) {
    if (const auto done = move_records(database); !done) {
        return done.error();
    }
    if (const auto done = move_letters(database); !done) {
        return done.error();
    }
    return database.execute("DROP TABLE record; DROP TABLE dead_letter_row");
}

}  // namespace verohook::journal
