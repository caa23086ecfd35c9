#include "journal/block_row.hpp"
#include "journal/numbering.hpp"
#include "journal/record_reader.hpp"

#include <algorithm>
#include <utility>

// What a reader shows beside the records: sinks' positions, dead letters, sizes. Asked for by
// people, so each statement is prepared when it is needed.
namespace verohook::journal {

namespace {

/// The numbers that a query of two columns has for each name.
Result<std::map<std::string, std::uint64_t>> numbers(sqlite::Database& database,
                                                     std::string_view sql) {
    Result<sqlite::Statement> statement = database.prepare(sql);
    if (!statement) {
        return statement.error();
    }
    std::map<std::string, std::uint64_t> found;
    for (;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return found;
        }
        found[std::string(statement->bytes(0))] = static_cast<std::uint64_t>(statement->integer(1));
    }
}

}  // namespace

Result<std::map<std::string, Seq>> RecordReader::positions() {
    return numbers(database_, "SELECT sink, seq FROM cursor");
}

Result<std::map<std::string, std::uint64_t>> RecordReader::letter_counts() {
    return numbers(database_, "SELECT sink, count(*) FROM dead_letter GROUP BY sink");
}

Result<std::vector<StoredLetter>> RecordReader::letters(const std::string& sink, Seq after,
                                                        ReadLimit limit) {
    Result<sqlite::Statement> statement = database_.prepare(
        "SELECT seq, reason, at, record FROM dead_letter WHERE sink = ? AND seq > ? ORDER BY seq "
        "LIMIT ?");
    if (!statement) {
        return statement.error();
    }
    statement->bind_text(1, sink);
    statement->bind(2, after);
    statement->bind(3, static_cast<std::int64_t>(std::max<std::size_t>(limit.records_max, 1)));
    std::vector<StoredLetter> letters;
    for (std::size_t bytes = 0;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return letters;
        }
        StoredLetter letter;
        letter.seq = static_cast<Seq>(statement->integer(0));
        letter.reason = statement->bytes(1);
        letter.at = Timestamp(std::chrono::microseconds(statement->integer(2)));
        // A damaged copy is as good as none, and must not hide the letters behind it.
        letter.record = record_of_letter(*statement, 3, letter.seq);
        bytes += letter.record ? letter.record->body.size() : 0;
        if (bytes > limit.bytes_max && !letters.empty()) {
            return letters;
        }
        letters.push_back(std::move(letter));
    }
}

Result<std::vector<ErasureReport>> RecordReader::erasure_reports() {
    Result<sqlite::Statement> statement =
        database_.prepare("SELECT number, at, report FROM erasure_report ORDER BY number");
    if (!statement) {
        return statement.error();
    }
    std::vector<ErasureReport> reports;
    for (;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return reports;
        }
        reports.push_back({static_cast<std::uint64_t>(statement->integer(0)),
                           Timestamp(std::chrono::microseconds(statement->integer(1))),
                           std::string(statement->bytes(2))});
    }
}

Result<std::vector<UnfinishedErasure>> RecordReader::unfinished_erasures() {
    Result<sqlite::Statement> statement =
        database_.prepare("SELECT number, names FROM unfinished_erasure ORDER BY number");
    if (!statement) {
        return statement.error();
    }
    std::vector<UnfinishedErasure> unfinished;
    for (;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return unfinished;
        }
        unfinished.push_back(
            {static_cast<std::uint64_t>(statement->integer(0)), std::string(statement->bytes(1))});
    }
}

Result<Health> RecordReader::health() {
    Health health;
    const struct {
        const char* sql;
        std::uint64_t& number;
    } wanted[] = {
        {"SELECT coalesce(min(first), 0) FROM block", health.oldest},
        {"SELECT coalesce((SELECT last FROM block ORDER BY first DESC LIMIT 1), 0)", health.newest},
        {"SELECT coalesce((SELECT bytes_before + bytes FROM block ORDER BY first DESC LIMIT 1) - "
         "(SELECT bytes_before FROM block ORDER BY first LIMIT 1), 0)",
         health.used_bytes},
    };
    for (const auto& [sql, number] : wanted) {
        const Result<std::int64_t> found = database_.integer(sql);
        if (!found) {
            return found.error();
        }
        number = static_cast<std::uint64_t>(*found);
    }
    Result<std::vector<SeqRange>> unused = unused_numbers(database_);
    if (!unused) {
        return unused.error();
    }
    health.unused = std::move(*unused);
    return health;
}

}  // namespace verohook::journal
