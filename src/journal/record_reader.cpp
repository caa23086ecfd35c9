#include "journal/record_reader.hpp"

#include "journal/record_row.hpp"
#include "journal/schema.hpp"

#include <algorithm>

namespace verohook::journal {

Result<std::unique_ptr<RecordReader>> RecordReader::open(const std::filesystem::path& file,
                                                         sqlite::OpenMode mode,
                                                         const std::string& vfs) {
    Result<sqlite::Database> database = sqlite::Database::open(file, mode, vfs);
    if (!database) {
        return database.error();
    }
    std::unique_ptr<RecordReader> reader(new RecordReader(std::move(*database)));
    if (const Result<void> prepared = reader->prepare(); !prepared) {
        return prepared.error();
    }
    return reader;
}

Result<void> RecordReader::prepare() {
    // A sink that is behind reads each page once: a large cache would only cost memory.
    if (const auto done = database_.execute("PRAGMA cache_size=-256; PRAGMA cell_size_check=ON");
        !done) {
        return done.error();
    }
    const std::string columns(record_columns);
    const struct {
        sqlite::Statement& statement;
        std::string sql;
    } wanted[] = {
        {read_, "SELECT " + columns + " FROM record WHERE seq > ? ORDER BY seq LIMIT ?"},
        {newest_, "SELECT max(seq) FROM record"},
        {first_from_, "SELECT seq, received_at FROM record WHERE seq >= ? ORDER BY seq LIMIT 1"},
    };
    for (const auto& [statement, sql] : wanted) {
        Result<sqlite::Statement> prepared = database_.prepare(sql);
        if (!prepared) {
            return prepared.error();
        }
        statement = std::move(*prepared);
    }
    return {};
}

Result<std::vector<RecordPtr>> RecordReader::read(Seq after, ReadLimit limit) {
    const sqlite::ResetLater reset(read_);
    read_.bind(1, after);
    read_.bind(2, static_cast<std::int64_t>(std::max<std::size_t>(limit.records_max, 1)));
    std::vector<RecordPtr> records;
    std::size_t bytes = 0;
    for (;;) {
        const Result<bool> row = read_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return records;
        }
        const Result<RecordPtr> found = read_record(read_);
        RecordPtr record = found ? *found : damaged_record(read_);
        bytes += record->body.size();
        if (bytes > limit.bytes_max && !records.empty()) {
            return records;
        }
        records.push_back(std::move(record));
    }
}

Result<Seq> RecordReader::newest() {
    const sqlite::ResetLater reset(newest_);
    const Result<bool> row = newest_.step();
    if (!row) {
        return row.error();
    }
    return *row ? static_cast<Seq>(newest_.integer(0)) : Seq{0};
}

Result<RecordReader::Place> RecordReader::first_from(Seq seq) {
    const sqlite::ResetLater reset(first_from_);
    first_from_.bind(1, seq);
    const Result<bool> row = first_from_.step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return Place{};
    }
    return Place{static_cast<Seq>(first_from_.integer(0)),
                 Timestamp(std::chrono::microseconds(first_from_.integer(1)))};
}

Result<Seq> RecordReader::last_before(Timestamp at) {
    const Result<Seq> last = newest();
    if (!last) {
        return last.error();
    }
    // Invariant: records up to `low` came before `at` (or are none), those above `high` did not.
    Seq low = 0;
    Seq high = *last;
    while (low < high) {
        const Seq middle = low + (high - low + 1) / 2;
        const Result<Place> place = first_from(middle);
        if (!place) {
            return place.error();
        }
        if (place->seq != 0 && place->seq <= high && place->received_at < at) {
            low = place->seq;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

}  // namespace verohook::journal
