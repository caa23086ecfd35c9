#include "journal/block_row.hpp"
#include "journal/store.hpp"

#include <algorithm>
#include <utility>

// What the store does so that nothing is left of what was erased.
namespace verohook::journal {

namespace {

// What each commit puts into free pages: it must not hold up those who wait for it.
constexpr std::uint64_t filled_pages_max = 128;
// A long blob fills a page but for these.
constexpr std::uint64_t page_overhead_bytes = 4;

/// What is left of a record.
RecordPtr erased_record(const Record& record, const Erasure& erasure) {
    auto erased = std::make_shared<Record>();
    erased->kind = record.kind;
    erased->type = erasure.with_type ? "" : record.type;
    erased->occurred_at = record.occurred_at;
    erased->received_at = record.received_at;
    erased->body = erasure.body;
    erased->seq = record.seq;
    erased->id = record.id;
    erased->duplicate_of = record.duplicate_of;
    erased->erased = true;
    return erased;
}

}  // namespace

Result<void> Store::set_overwriting(Overwriting overwriting) {
    return database_.execute(overwriting == Overwriting::all ? "PRAGMA secure_delete=ON"
                                                             : "PRAGMA secure_delete=FAST");
}

Result<RecordPtr> Store::erase(const Erasure& erasure) {
    return erasure.letter_of.empty() ? erase_record(erasure) : erase_letter(erasure);
}

Result<RecordPtr> Store::erase_record(const Erasure& erasure) {
    const sqlite::ResetLater reset(statements_.find);
    const auto found = find_block(erasure.seq);
    if (!found) {
        return found.error();
    }
    if (!*found) {
        return RecordPtr{};
    }
    const BlockView& block = **found;
    const std::size_t place = erasure.seq - block.first();
    const RecordPtr record = block.record(place);
    if (record->kind == Kind::damaged || record->erased) {
        // What is damaged cannot be told from what it was, and is no reason to stop here.
        return RecordPtr{};
    }
    RecordPtr erased = erased_record(*record, erasure);
    BlockBuilder rest;
    for (std::size_t index = 0; index < block.size(); ++index) {
        if (index == place) {
            rest.add(*erased);
        } else {
            rest.add_stored(block.stored(index));
        }
    }
    Result<sqlite::Statement> update =
        database_.prepare("UPDATE block SET records = ? WHERE first = ?");
    if (!update) {
        return update.error();
    }
    update->bind_blob(1, rest.finish());
    update->bind(2, block.first());
    statements_.find.reset();
    if (const auto done = update->run(); !done) {
        return done.error();
    }
    return erased;
}

Result<RecordPtr> Store::erase_letter(const Erasure& erasure) {
    Result<sqlite::Statement> found =
        database_.prepare("SELECT record FROM dead_letter WHERE seq = ? AND sink = ?");
    if (!found) {
        return found.error();
    }
    found->bind(1, erasure.seq);
    found->bind_text(2, erasure.letter_of);
    const Result<bool> row = found->step();
    if (!row) {
        return row.error();
    }
    if (!*row) {
        return RecordPtr{};
    }
    const bool has_copy = !found->is_null(0);
    const RecordPtr record = record_of_letter(*found, 0, erasure.seq);
    found->reset();
    if (!has_copy) {
        // Its record was gone: the reason alone may say something.
        return erase_reason(erasure);
    }
    if (!record || record->erased) {
        return RecordPtr{};
    }
    RecordPtr erased = erased_record(*record, erasure);
    BlockBuilder copy;
    copy.add(*erased);
    Result<sqlite::Statement> update = database_.prepare(
        "UPDATE dead_letter SET record = ?, reason = 'erased' WHERE seq = ? AND sink = ?");
    if (!update) {
        return update.error();
    }
    update->bind_blob(1, copy.finish());
    update->bind(2, erasure.seq);
    update->bind_text(3, erasure.letter_of);
    if (const auto done = update->run(); !done) {
        return done.error();
    }
    return erased;
}

Result<RecordPtr> Store::erase_reason(const Erasure& erasure) {
    Result<sqlite::Statement> update = database_.prepare(
        "UPDATE dead_letter SET reason = 'erased' WHERE seq = ?1 AND sink = ?2 AND reason <> "
        "'erased'");
    if (!update) {
        return update.error();
    }
    update->bind(1, erasure.seq);
    update->bind_text(2, erasure.letter_of);
    if (const auto done = update->run(); !done) {
        return done.error();
    }
    auto nothing = std::make_shared<Record>();
    nothing->seq = erasure.seq;
    return database_.changes() > 0 ? RecordPtr(std::move(nothing)) : RecordPtr{};
}

Result<std::uint64_t> Store::fill_free_pages() {
    const auto free = database_.integer("PRAGMA freelist_count");
    if (!free || *free == 0) {
        return free ? Result<std::uint64_t>(std::uint64_t{0}) : free.error();
    }
    const std::uint64_t pages = std::min(static_cast<std::uint64_t>(*free), filled_pages_max);
    Result<sqlite::Statement> insert =
        database_.prepare("INSERT INTO filler(zeros) VALUES(zeroblob(?))");
    if (!insert) {
        return insert.error();
    }
    insert->bind(1, pages * (page_bytes_ - page_overhead_bytes));
    if (const auto done = insert->run(); !done) {
        return done.error();
    }
    const auto left = database_.integer("PRAGMA freelist_count");
    return left ? Result<std::uint64_t>(static_cast<std::uint64_t>(*left)) : left.error();
}

Result<std::uint64_t> Store::clear_filler() {
    // The pages are overwritten once more as they become free: of the last one of each piece a part
    // had kept its content.
    if (const auto done =
            database_.execute("DELETE FROM filler WHERE piece = (SELECT max(piece) FROM filler)");
        !done) {
        return done.error();
    }
    const auto left = database_.integer("SELECT count(*) FROM filler");
    return left ? Result<std::uint64_t>(static_cast<std::uint64_t>(*left)) : left.error();
}

Result<bool> Store::has_filler() {
    const auto there = database_.integer("SELECT EXISTS(SELECT 1 FROM filler)");
    return there ? Result<bool>(*there != 0) : there.error();
}

Result<std::uint64_t> Store::replace_unfinished(const std::vector<std::uint64_t>& removed,
                                                std::string_view names) {
    Result<sqlite::Statement> erase =
        database_.prepare("DELETE FROM unfinished_erasure WHERE number = ?");
    if (!erase) {
        return erase.error();
    }
    for (const std::uint64_t number : removed) {
        erase->bind(1, number);
        if (const auto done = erase->run(); !done) {
            return done.error();
        }
    }
    if (names.empty()) {
        return std::uint64_t{0};
    }
    Result<sqlite::Statement> insert =
        database_.prepare("INSERT INTO unfinished_erasure(names) VALUES(?)");
    if (!insert) {
        return insert.error();
    }
    insert->bind_text(1, names);
    if (const auto done = insert->run(); !done) {
        return done.error();
    }
    const auto number = database_.integer("SELECT max(number) FROM unfinished_erasure");
    return number ? Result<std::uint64_t>(static_cast<std::uint64_t>(*number)) : number.error();
}

Result<std::uint64_t> Store::add_report(const ErasureReport& report) {
    Result<sqlite::Statement> insert =
        database_.prepare("INSERT INTO erasure_report(at, report) VALUES(?, ?)");
    if (!insert) {
        return insert.error();
    }
    insert->bind(1, std::int64_t{report.at.time_since_epoch().count()});
    insert->bind_text(2, report.text);
    if (const auto done = insert->run(); !done) {
        return done.error();
    }
    const auto number = database_.integer("SELECT max(number) FROM erasure_report");
    return number ? Result<std::uint64_t>(static_cast<std::uint64_t>(*number)) : number.error();
}

Result<void> Store::empty_log() {
    // Appends wait for this thread, so a reader in the way is not waited for.
    if (auto done = database_.execute("PRAGMA busy_timeout=50"); !done) {
        return done;
    }
    const auto emptied = database_.checkpoint_truncate();
    auto reset = database_.execute("PRAGMA busy_timeout=2000");
    if (!emptied) {
        return emptied.error();
    }
    frames_ = 0;
    return reset;
}

}  // namespace verohook::journal
