#pragma once

#include "journal/record_block.hpp"
#include "sqlite/database.hpp"

namespace verohook::journal {

/// Inserts records that come in the order of their seq, as many to a block as fit.
class BlockInserter {
public:
    [[nodiscard]] Result<void> prepare(sqlite::Database& database);

    /// Where a record stands among all that there have ever been, in the terms of `record_bytes`.
    struct Size {
        std::uint64_t bytes = 0;
        std::uint64_t bytes_before = 0;
    };
    [[nodiscard]] Result<void> add(const Record& record, Size size);
    /// Takes the place of a record that cannot be believed.
    [[nodiscard]] Result<void> add_damaged(Seq seq, Timestamp received_at, Size size);
    /// Inserts what is left. After an error what was not inserted is forgotten.
    [[nodiscard]] Result<void> finish();

private:
    [[nodiscard]] Result<void> make_room(Seq seq, std::size_t bytes, std::uint64_t bytes_before);
    void added(Seq seq, Timestamp received_at, std::uint64_t bytes);

    sqlite::Statement insert_;
    BlockBuilder block_;
    Seq first_ = 0;
    Seq last_ = 0;
    Timestamp received_at_;  ///< Of the last one.
    std::uint64_t bytes_ = 0;
    std::uint64_t bytes_before_ = 0;
};

}  // namespace verohook::journal
