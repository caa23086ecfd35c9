#include "backup/archive.hpp"
#include "backup/backup.hpp"
#include "backup/check_journal.hpp"
#include "backup/manifest.hpp"
#include "backup/new_file.hpp"
#include "journal/folder.hpp"
#include "journal/lock_file.hpp"
#include "journal/numbering.hpp"
#include "sqlite/copy.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace verohook::backup {

namespace {

// A manifest has a few hundred bytes for each sink.
constexpr std::size_t manifest_bytes_max = std::size_t{1024} * 1024;

Error no_backup(const std::filesystem::path& file, const std::string& why) {
    return {ErrorCode::invalid_input,
            "'" + file.string() + "' is no backup that can be restored: " + why};
}

Error in_the_way(const std::filesystem::path& file) {
    return {ErrorCode::invalid_input,
            "'" + file.string() + "' is there already and was left as it is: move it aside first"};
}

/// A member of the archive, unpacked, and where it goes.
struct Unpacked {
    Manifest::File member;
    std::filesystem::path file;
};

class Restorer {
public:
    Restorer(const std::filesystem::path& archive, Timestamp now, const Told& told, WorkFolder work)
        : archive_(archive), now_(now), told_(told), work_(std::move(work)) {}

    /// Everything is unpacked and held against the manifest. Names in the archive choose among the
    /// manifest's files, and never where something is written.
    [[nodiscard]] Result<void> unpack() {
        Result<ArchiveReader> reader = ArchiveReader::open(archive_);
        if (!reader) {
            return reader.error().code == ErrorCode::not_found
                       ? reader.error()
                       : no_backup(archive_, reader.error().message);
        }
        if (auto read = read_manifest(*reader); !read) {
            return read;
        }
        std::uint64_t all = 0;
        for (const Manifest::File& file : manifest_.files) {
            all += file.bytes;
        }
        for (std::uint64_t done = 0;;) {
            const Result<std::string> name = reader->next();
            if (!name) {
                return no_backup(archive_, name.error().message);
            }
            if (name->empty()) {
                break;
            }
            const auto more = [&](std::uint64_t bytes) { told_("bytes read", done += bytes, all); };
            if (auto taken = take(*reader, *name, more); !taken) {
                return taken;
            }
        }
        if (unpacked_.size() != manifest_.files.size()) {
            return no_backup(archive_, "it ends too early");
        }
        return {};
    }

    /// Where each file goes; what stands in the way is told before anything is moved.
    [[nodiscard]] Result<void> find_places(const std::filesystem::path& state_dir,
                                           const std::vector<SinkDatabase>& sinks) {
        for (const Unpacked& unpacked : unpacked_) {
            const std::string& sink = unpacked.member.sink;
            const auto configured =
                std::find_if(sinks.begin(), sinks.end(),
                             [&](const SinkDatabase& each) { return each.sink == sink; });
            if (sink.empty()) {
                journal_place_ = state_dir / journal_name;
            } else if (configured == sinks.end()) {
                restored_.left_out.push_back(sink);
            } else {
                places_.emplace_back(unpacked.file, configured->file);
            }
        }
        for (const auto& [from, to] : places_) {
            for (const char* ending : {"", "-wal", "-shm"}) {
                if (const std::filesystem::path there = to.string() + ending; is_there(there)) {
                    return in_the_way(there);
                }
            }
        }
        return {};
    }

    [[nodiscard]] Result<void> check() {
        const std::filesystem::path journal = work_.path() / journal_name;
        Result<journal::Seq> next = journal::take_restored(journal, now_);
        if (!next) {
            return next.error();
        }
        if (auto checked = check_journal(work_.path(), restored_, told_); !checked) {
            return checked;
        }
        for (const Unpacked& unpacked : unpacked_) {
            if (auto checked = sqlite::check_database(unpacked.file); !checked) {
                return checked;
            }
        }
        restored_.next = *next;
        restored_.made_at = manifest_.contents.made_at;
        restored_.sinks = manifest_.contents.sinks;
        return {};
    }

    [[nodiscard]] Result<Restored> move(const std::filesystem::path& state_dir) {
        // The journal comes last: without it nothing of the rest is used.
        places_.emplace_back(work_.path() / journal_name, journal_place_);
        for (auto each = places_.begin(); each != places_.end(); ++each) {
            Result<void> moved = make_folders(state_dir, each->second);
            if (moved) {
                moved = place(each->first, each->second);
            }
            if (!moved) {
                remove(places_.begin(), each);
                return moved.error();
            }
            if (const auto given = give_to_owner_of(state_dir, each->second); !given) {
                remove(places_.begin(), each + 1);
                return given.error();
            }
        }
        return restored_;
    }

private:
    using Places = std::vector<std::pair<std::filesystem::path, std::filesystem::path>>;

    /// The folders of a file, for the owner of the state folder.
    [[nodiscard]] static Result<void> make_folders(const std::filesystem::path& state_dir,
                                                   const std::filesystem::path& file) {
        const std::filesystem::path absolute = std::filesystem::absolute(file);
        std::vector<std::filesystem::path> missing;
        for (auto folder = absolute.parent_path(); !is_there(folder);
             folder = folder.parent_path()) {
            missing.push_back(folder);
        }
        if (auto made = make_parents(absolute); !made) {
            return made;
        }
        for (const std::filesystem::path& folder : missing) {
            if (auto given = give_to_owner_of(state_dir, folder); !given) {
                return given;
            }
        }
        return {};
    }

    /// What was moved so far, where the rest cannot be; it is in the archive still.
    static void remove(Places::const_iterator from, Places::const_iterator to) {
        for (; from != to; ++from) {
            std::error_code ignored;  // The next try tells what is in its way.
            std::filesystem::remove(from->second, ignored);
        }
    }

    [[nodiscard]] Result<void> read_manifest(ArchiveReader& reader) {
        const Result<std::string> first = reader.next();
        if (!first) {
            return no_backup(archive_, first.error().message);
        }
        if (*first != manifest_name) {
            return no_backup(archive_, "it does not begin with manifest.json");
        }
        const Result<std::string> text = reader.text(manifest_bytes_max);
        if (!text) {
            return no_backup(archive_, text.error().message);
        }
        Result<Manifest> manifest = parse_manifest(*text);
        if (!manifest) {
            return no_backup(archive_, manifest.error().message);
        }
        manifest_ = std::move(*manifest);
        return {};
    }

    [[nodiscard]] Result<void> take(ArchiveReader& reader, const std::string& name,
                                    const BytesMore& more) {
        const auto member =
            std::find_if(manifest_.files.begin(), manifest_.files.end(),
                         [&](const Manifest::File& each) { return each.name == name; });
        if (member == manifest_.files.end() || !seen_.insert(name).second) {
            return no_backup(archive_,
                             "its manifest does not name one member, or it is there "
                             "twice");
        }
        const std::filesystem::path to =
            work_.path() / (member->sink.empty() ? std::string(journal_name)
                                                 : "sink-" + std::to_string(seen_.size()));
        if (auto extracted = reader.extract(to, more); !extracted) {
            return extracted;
        }
        const Result<std::string> sum = sha256_of(to);
        if (!sum) {
            return sum.error();
        }
        if (*sum != member->sha256) {
            return Error{ErrorCode::corrupt, "'" + archive_.string() + "' is damaged: " +
                                                 member->name + " is not what was saved"};
        }
        unpacked_.push_back({*member, to});
        return {};
    }

    const std::filesystem::path& archive_;
    const Timestamp now_;
    const Told& told_;
    WorkFolder work_;
    Manifest manifest_;
    std::set<std::string> seen_;
    std::vector<Unpacked> unpacked_;
    Places places_;
    std::filesystem::path journal_place_;
    Restored restored_;
};

}  // namespace

Result<Restored> restore(const std::filesystem::path& file, const std::filesystem::path& state_dir,
                         const std::vector<SinkDatabase>& sinks, Timestamp now, const Told& told) {
    if (const auto made = journal::make_folder(state_dir); !made) {
        return made.error();
    }
    const auto lock = journal::LockFile::take(state_dir);
    if (!lock) {
        return lock.error();
    }
    // At once: whatever comes of this, the daemon must be able to take the lock.
    if (const auto given = give_to_owner_of(state_dir, state_dir / "journal.lock"); !given) {
        return given.error();
    }
    // What SQLite keeps beside a journal would be taken for part of the restored one.
    for (const char* name : {"journal.db", "journal.db-wal", "journal.db-shm"}) {
        if (is_there(state_dir / name)) {
            return in_the_way(state_dir / name);
        }
    }
    Result<WorkFolder> work = WorkFolder::make_beside(state_dir / "restore");
    if (!work) {
        return work.error();
    }
    Restorer restorer(file, now, told, std::move(*work));
    if (const auto unpacked = restorer.unpack(); !unpacked) {
        return unpacked.error();
    }
    if (const auto found = restorer.find_places(state_dir, sinks); !found) {
        return found.error();
    }
    if (const auto checked = restorer.check(); !checked) {
        return checked.error();
    }
    return restorer.move(state_dir);
}

}  // namespace verohook::backup
