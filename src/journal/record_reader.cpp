#include "journal/record_reader.hpp"

#include "journal/block_row.hpp"
#include "journal/schema.hpp"

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
    const std::string columns(block_columns);
    const struct {
        sqlite::Statement& statement;
        std::string sql;
    } wanted[] = {
        // From the block that holds a record, or should.
        {read_, "SELECT " + columns +
                    " FROM block WHERE first >= ifnull((SELECT max(first) FROM block "
                    "WHERE first <= ?), 0) ORDER BY first"},
        {newest_, "SELECT last FROM block ORDER BY first DESC LIMIT 1"},
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
    read_.bind(1, after + 1);
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
        const BlockView block = block_of_row(read_);
        for (std::size_t index = after < block.first() ? 0 : after - block.first() + 1;
             index < block.size(); ++index) {
            if (!records.empty() && records.size() >= limit.records_max) {
                return records;
            }
            RecordPtr record = block.record(index);
            bytes += record->body.size();
            if (!records.empty() && bytes > limit.bytes_max) {
                return records;
            }
            records.push_back(std::move(record));
        }
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
        // The records around it: those of its block, or where it was removed the next ones.
        const Result<std::vector<RecordPtr>> found = read(middle - 1, {1, 1});
        if (!found) {
            return found.error();
        }
        if (!found->empty() && found->front()->seq <= high && found->front()->received_at < at) {
            low = found->front()->seq;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

}  // namespace verohook::journal
