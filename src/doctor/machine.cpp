#include "doctor/machine.hpp"

#include "base/text.hpp"
#include "doctor/state_folder.hpp"
#include "journal/lock_file.hpp"
#include "journal/sqlite_journal.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace verohook::doctor {

namespace {

using std::chrono::seconds;

/// What may lie between two clocks of one machine that are right.
constexpr seconds tolerance{2};

std::optional<struct stat> look_at(const std::filesystem::path& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? std::optional(found) : std::nullopt;
}

std::string seconds_text(std::chrono::microseconds span) {
    return std::to_string(std::chrono::duration_cast<seconds>(span).count()) + " seconds";
}

/// When the file system says that a file was made just now.
std::optional<Timestamp> time_of_new_file(const std::filesystem::path& folder) {
    const std::string name = (folder / ("doctor-" + std::to_string(::getpid()))).string();
    const int descriptor =
        ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return std::nullopt;
    }
    struct stat found {};
    const bool known = ::fstat(descriptor, &found) == 0;
    ::close(descriptor);
    ::unlink(name.c_str());
    return known ? std::optional(Timestamp{seconds{found.st_mtim.tv_sec}}) : std::nullopt;
}

}  // namespace

void check_folder(Report& report, const config::Settings& settings) {
    const std::filesystem::path& folder = settings.state_dir;
    if (const auto tried = try_state_folder(folder); !tried) {
        return report.fail("state folder", tried.error().message,
                           "run this as the user that runs verohook; `chown -R` gives the folder "
                           "to that user");
    }
    if (!journal::LockFile::holder(folder)) {
        if (const auto checked = journal::check_journal_files(folder); !checked) {
            return report.fail("state folder", checked.error().message,
                               "the daemon will not start on it");
        }
    }
    const auto found = look_at(folder);
    if (found && (found->st_mode & (S_IRWXO)) != 0) {
        return report.warn(
            "state folder", folder.string() + " is open to every user",
            "chmod 0700 " + folder.string() + ": what is in it are your customers' data");
    }
    report.ok("state folder", folder.string() + (found ? " can be written, and is not open to all"
                                                       : " can be made and written"));
}

void check_secret_files(Report& report, const config::Settings& settings) {
    bool all_are_kept = true;
    for (const std::filesystem::path& file : settings.secret_files) {
        const auto found = look_at(file);
        if (found && (found->st_mode & (S_IROTH | S_IWOTH)) != 0) {
            all_are_kept = false;
            report.warn("secrets", "every user can read the secrets in " + file.string(),
                        "chmod o= " + file.string() +
                            ", and let it belong to the user that runs verohook, or to its group");
        }
    }
    if (settings.auth.required && settings.auth.secrets.empty()) {
        return report.warn("secrets",
                           "auth.secrets has none: only requests straight from this "
                           "machine are taken, none through a proxy",
                           "`openssl rand -hex 24` makes one; put it there and into Vero's URL");
    }
    if (!settings.auth.required) {
        return report.warn("secrets", "auth.required = false: everybody can send events",
                           "set it to true, with a secret in auth.secrets and in Vero's URL");
    }
    if (all_are_kept) {
        report.ok("secrets", settings.secret_files.empty()
                                 ? "they stand in no file"
                                 : "the files that they stand in are not open to all");
    }
}

void check_disk(Report& report, const config::Settings& settings) {
    // A folder that is not there yet will be made on the disk of what is.
    std::error_code error;
    std::filesystem::path folder = std::filesystem::absolute(settings.state_dir, error);
    while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) {
        folder = folder.parent_path();
    }
    struct statvfs disk {};
    if (::statvfs(folder.c_str(), &disk) != 0) {
        return report.fail(
            "disk", folder.string() + " cannot be asked for its free space: " + system_words(errno),
            "see that the disk is mounted");
    }
    const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    const std::string room =
        "the disk of " + folder.string() + " has " + with_thousands(free_bytes) + " bytes free";
    const std::uint64_t wanted = settings.admin.watch.disk_free_bytes_min;
    const std::string advice =
        "make room, or let journal.retention_size be smaller; when the disk "
        "is full, events are answered 503";
    if (free_bytes < wanted) {
        return report.fail("disk", room + "; admin.disk_free_min wants " + with_thousands(wanted),
                           advice);
    }
    if (disk.f_files > 0 && disk.f_favail == 0) {
        return report.fail("disk", "the disk of " + folder.string() + " has room for no more files",
                           advice);
    }
    report.ok("disk", room);
}

void ClockCheck::tell(Report& report, const config::Settings& settings,
                      std::optional<Timestamp> newest_record) const {
    const Timestamp now = clock_.now();
    const auto went_by = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - steady_);
    const auto jump = now - wall_ - went_by;
    const std::string advice =
        "let a time service set the clock (timedatectl, chrony): times of arrival and of silence "
        "depend on it";
    if (jump > tolerance || jump < -tolerance) {
        return report.warn(
            "clock", "the clock has jumped by " + seconds_text(jump) + " while this was looking",
            advice);
    }
    if (newest_record && *newest_record - now > tolerance) {
        return report.warn("clock",
                           "the newest event came at " + format_seconds(*newest_record) +
                               ", which is in the future by " + seconds_text(*newest_record - now),
                           advice + "; it was set back, or was wrong when that event came");
    }
    const auto file_time = time_of_new_file(settings.state_dir);
    if (file_time && (*file_time - now > tolerance || now - *file_time > tolerance + seconds{1})) {
        return report.warn("clock",
                           "a file that is made in " + settings.state_dir.string() + " is dated " +
                               format_seconds(*file_time) + ", and now is " + format_seconds(now),
                           "the file server has another clock; " + advice);
    }
    report.ok("clock", "it is " + format_seconds(now) + " UTC here, after every event so far");
}

std::optional<Timestamp> newest_arrival(const config::Settings& settings) {
    std::error_code ignored;  // Without a file there is nothing to read.
    if (!std::filesystem::exists(settings.state_dir / "journal.db", ignored)) {
        return std::nullopt;
    }
    const auto reader = journal::open_journal_reader(settings.state_dir);
    const auto newest = reader ? (*reader)->newest() : reader.error();
    if (!newest || *newest == 0) {
        return std::nullopt;
    }
    const auto records = (*reader)->read(*newest - 1, {.records_max = 1, .bytes_max = 1});
    return records && !records->empty() ? std::optional(records->front()->received_at)
                                        : std::nullopt;
}

}  // namespace verohook::doctor
