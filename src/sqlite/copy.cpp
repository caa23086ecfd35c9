#include "sqlite/copy.hpp"

#include "base/posix.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace verohook::sqlite {

namespace {

Result<void> make_new(const std::filesystem::path& file) {
    const Descriptor made{
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!made.is_open()) {
        return system_error("cannot make", file);
    }
    return {};
}

}  // namespace

Result<void> copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                           const BytesDone& told) {
    Result<Database> source = Database::open(from, OpenMode::read_only);
    if (!source) {
        return source.error();
    }
    // One transaction for all of it: the copy would begin anew with each commit of somebody else.
    if (const auto begun = source->execute("BEGIN; SELECT count(*) FROM sqlite_schema"); !begun) {
        return begun.error();
    }
    if (const auto made = make_new(to); !made) {
        return made.error();
    }
    Result<Database> target = Database::open(to, OpenMode::read_write);
    if (!target) {
        return target.error();
    }
    return source->copy_to(*target, told);
}

Result<void> check_database(const std::filesystem::path& file) {
    Result<Database> database = Database::open(file, OpenMode::immutable);
    if (!database) {
        return database.error();
    }
    Result<Statement> check = database->prepare("PRAGMA integrity_check(1)");
    if (!check) {
        return check.error();
    }
    const Result<bool> row = check->step();
    if (!row) {
        return row.error();
    }
    if (*row && check->bytes(0) != "ok") {
        return Error{ErrorCode::corrupt,
                     file.string() + " is damaged: " + std::string(check->bytes(0))};
    }
    return {};
}

}  // namespace verohook::sqlite
