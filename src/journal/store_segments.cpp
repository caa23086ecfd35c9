#include "journal/store.hpp"

// The duplicate window's part of the store.
namespace verohook::journal {

Result<std::string> Store::read_segment(std::uint64_t segment) {
    const sqlite::ResetLater reset(statements_.read_segment);
    statements_.read_segment.bind(1, segment);
    const Result<bool> row = statements_.read_segment.step();
    if (!row) {
        return row.error();
    }
    return *row ? std::string(statements_.read_segment.bytes(0)) : std::string();
}

Result<void> Store::write_segment(std::uint64_t segment, std::string_view entries) {
    statements_.write_segment.bind(1, segment);
    statements_.write_segment.bind_blob(2, entries);
    return statements_.write_segment.run();
}

Result<void> Store::remove_segment(std::uint64_t segment) {
    statements_.remove_segment.bind(1, segment);
    return statements_.remove_segment.run();
}

Result<std::optional<SegmentStore::Range>> Store::segments() {
    // Two queries: SQLite finds one end of a table at once, but not both in one.
    const auto first = database_.integer("SELECT min(segment) FROM seen");
    const auto last = database_.integer("SELECT ifnull(max(segment), -1) FROM seen");
    if (!first || !last) {
        return first ? last.error() : first.error();
    }
    if (*last < 0) {
        return std::optional<Range>{};
    }
    return std::optional<Range>(
        Range{static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*last)});
}

Result<void> Store::visit_segments(std::uint64_t first, Visitor& visitor) {
    Result<sqlite::Statement> statement =
        database_.prepare("SELECT segment, entries FROM seen WHERE segment >= ? ORDER BY segment");
    if (!statement) {
        return statement.error();
    }
    statement->bind(1, first);
    for (;;) {
        const Result<bool> row = statement->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
        visitor.visit(static_cast<std::uint64_t>(statement->integer(0)), statement->bytes(1));
    }
}

}  // namespace verohook::journal
