#include "backup/check_journal.hpp"

#include "backup/manifest.hpp"
#include "journal/sqlite_journal.hpp"
#include "sqlite/copy.hpp"

#include <algorithm>

namespace verohook::backup {

Result<void> check_journal(const std::filesystem::path& folder, Contents& contents,
                           const Told& told) {
    if (auto checked = sqlite::check_database(folder / journal_name); !checked) {
        return checked;
    }
    const auto reader = journal::open_journal_reader(folder);
    if (!reader) {
        return reader.error();
    }
    Result<journal::Health> health = (*reader)->health();
    if (!health) {
        return health.error();
    }
    contents.journal = std::move(*health);
    contents.events = 0;
    contents.damaged = 0;
    const std::uint64_t all = contents.journal.events();
    for (journal::Seq at = 0;;) {
        const auto records = (*reader)->read(at, {});
        if (!records) {
            return records.error();
        }
        if (records->empty()) {
            return {};
        }
        at = records->back()->seq;
        contents.events += records->size();
        contents.damaged += static_cast<std::uint64_t>(
            std::count_if(records->begin(), records->end(), [](const journal::RecordPtr& record) {
                return record->kind == journal::Kind::damaged;
            }));
        told("events read again", contents.events, all);
    }
}

}  // namespace verohook::backup
