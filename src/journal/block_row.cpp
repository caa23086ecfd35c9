#include "journal/block_row.hpp"

namespace verohook::journal {

BlockView block_of_row(const sqlite::Statement& statement) {
    const auto first = static_cast<Seq>(statement.integer(0));
    const auto last = static_cast<Seq>(statement.integer(1));
    return {first, last - first + 1, Timestamp(std::chrono::microseconds(statement.integer(2))),
            statement.bytes(3)};
}

RecordPtr record_of_letter(const sqlite::Statement& statement, int column, Seq seq) {
    if (statement.is_null(column)) {
        return nullptr;
    }
    RecordPtr record = BlockView(seq, 1, {}, statement.bytes(column)).record(0);
    return record->kind == Kind::damaged ? nullptr : record;
}

}  // namespace verohook::journal
