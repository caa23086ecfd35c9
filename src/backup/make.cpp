#include "backup/archive.hpp"
#include "backup/backup.hpp"
#include "backup/check_journal.hpp"
#include "backup/manifest.hpp"
#include "backup/new_file.hpp"
#include "sqlite/copy.hpp"

#include <utility>

namespace verohook::backup {

namespace {

/// A copy that is to go into the archive.
struct Copy {
    Manifest::File member;
    std::filesystem::path file;
};

class Maker {
public:
    Maker(const std::filesystem::path& state_dir, const Told& told, WorkFolder work)
        : state_dir_(state_dir), told_(told), work_(std::move(work)) {}

    [[nodiscard]] Result<void> copy_sinks(const std::vector<SinkDatabase>& sinks) {
        for (const SinkDatabase& sink : sinks) {
            std::error_code ignored;  // What cannot be seen is told by the copy.
            if (!std::filesystem::exists(sink.file, ignored) && !ignored) {
                continue;  // It has delivered nothing yet.
            }
            const std::string name = "sinks/" + sink.sink + ".db";
            const auto to = work_.path() / ("sink-" + std::to_string(copies_.size()));
            if (auto copied = copy(sink.file, to, {name, sink.sink, 0, ""}); !copied) {
                return copied;
            }
            if (auto checked = sqlite::check_database(to); !checked) {
                return checked;
            }
        }
        return {};
    }

    [[nodiscard]] Result<void> copy_journal() {
        return copy(state_dir_ / journal_name, work_.path() / journal_name,
                    {std::string(journal_name), "", 0, ""});
    }

    [[nodiscard]] Result<Contents> check(Timestamp now) {
        Contents& contents = manifest_.contents;
        contents.made_at = now;
        if (const auto checked = check_journal(work_.path(), contents, told_); !checked) {
            return checked.error();
        }
        for (Copy& copy : copies_) {
            std::error_code code;
            copy.member.bytes = std::filesystem::file_size(copy.file, code);
            Result<std::string> sum = sha256_of(copy.file);
            if (!sum) {
                return sum.error();
            }
            copy.member.sha256 = std::move(*sum);
            manifest_.files.push_back(copy.member);
            if (!copy.member.sink.empty()) {
                contents.sinks.push_back(copy.member.sink);
            }
        }
        return contents;
    }

    [[nodiscard]] Result<void> write(const std::filesystem::path& file) {
        const std::filesystem::path unfinished = work_.path() / "archive";
        Result<ArchiveWriter> archive = ArchiveWriter::make(unfinished, file);
        if (!archive) {
            return archive.error();
        }
        if (auto added = archive->add_text(manifest_name, manifest_text(manifest_)); !added) {
            return added;
        }
        std::uint64_t all = 0;
        for (const Copy& copy : copies_) {
            all += copy.member.bytes;
        }
        std::uint64_t done = 0;
        for (const Copy& copy : copies_) {
            auto added = archive->add_file(copy.member.name, copy.file, [&](std::uint64_t more) {
                told_("bytes written", done += more, all);
            });
            if (!added) {
                return added;
            }
        }
        if (auto finished = archive->finish(); !finished) {
            return finished;
        }
        return place(unfinished, file);
    }

private:
    [[nodiscard]] Result<void> copy(const std::filesystem::path& from,
                                    const std::filesystem::path& to, Manifest::File member) {
        copies_.push_back({std::move(member), to});
        return sqlite::copy_database(from, to, [&](std::uint64_t done, std::uint64_t total) {
            told_("bytes copied", done, total);
        });
    }

    const std::filesystem::path& state_dir_;
    const Told& told_;
    WorkFolder work_;
    std::vector<Copy> copies_;
    Manifest manifest_;
};

}  // namespace

Result<Contents> make(const std::filesystem::path& state_dir,
                      const std::vector<SinkDatabase>& sinks, const std::filesystem::path& file,
                      Timestamp now, const Told& told) {
    std::error_code code;
    if (is_there(file)) {
        return Error{ErrorCode::invalid_input,
                     "'" + file.string() +
                         "' is there already and was left as it is: choose "
                         "another name"};
    }
    if (!std::filesystem::exists(state_dir / journal_name, code)) {
        return Error{ErrorCode::not_found, "there is no journal in " + state_dir.string()};
    }
    Result<WorkFolder> work = WorkFolder::make_beside(file);
    if (!work) {
        return work.error();
    }
    Maker maker(state_dir, told, std::move(*work));
    if (const auto copied = maker.copy_sinks(sinks); !copied) {
        return copied.error();
    }
    if (const auto copied = maker.copy_journal(); !copied) {
        return copied.error();
    }
    Result<Contents> contents = maker.check(now);
    if (!contents) {
        return contents;
    }
    if (const auto written = maker.write(file); !written) {
        return written.error();
    }
    return contents;
}

}  // namespace verohook::backup
