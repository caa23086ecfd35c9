#include "sqlite/error.hpp"

#include "base/text.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <string>

namespace verohook::sqlite {

namespace {

std::string_view failed_call(int code) {
    switch (code) {
        case SQLITE_IOERR_FSYNC:
        case SQLITE_IOERR_DIR_FSYNC:
            return "a sync failed";
        case SQLITE_IOERR_WRITE:
            return "a write failed";
        case SQLITE_IOERR_READ:
        case SQLITE_IOERR_SHORT_READ:
            return "a read failed";
        case SQLITE_IOERR_TRUNCATE:
            return "the file could not be cut";
        default:
            return {};
    }
}

std::string_view advice(int primary) {
    switch (primary) {
        case SQLITE_FULL:
            return "; free some space on the disk";
        case SQLITE_IOERR:
            return "; check the disk and the kernel's log";
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return "; check that the folder exists and that this user may write to it and its "
                   "files";
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "; another process is using the file, such as sqlite3 or a backup: end that";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "; move the file aside, or put a backup in its place";
        default:
            return {};
    }
}

/// What the system said. SQLite keeps it for opening alone, so `errno` is asked too, and believed
/// where it tells of a disk: whatever else failed on the way may have left its mark there.
int disk_errno(sqlite3* connection) {
    switch (const int error_number = errno; error_number) {
        case EIO:
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
        case EROFS:
        case ENODEV:
            return error_number;
        default:
            return connection == nullptr ? 0 : sqlite3_system_errno(connection);
    }
}

}  // namespace

Error database_error(sqlite3* connection, int code, std::string_view doing) {
    const int error_number = disk_errno(connection);
    const int primary = code & 0xFF;
    const char* file = connection == nullptr ? nullptr : sqlite3_db_filename(connection, "main");
    std::string message;
    if (!doing.empty()) {
        message.append(doing).append(": ");
    } else if (file != nullptr && *file != '\0') {
        message.append(file).append(": ");
    }
    if (const std::string_view call = failed_call(code); !call.empty()) {
        message.append(call);
    } else {
        message.append(sqlite3_errstr(code));
        const char* detail = connection == nullptr ? nullptr : sqlite3_errmsg(connection);
        if (detail != nullptr && std::string_view(detail) != sqlite3_errstr(code)) {
            message.append(" (").append(detail).append(")");
        }
    }
    if (error_number != 0 && (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)) {
        message.append(": ").append(system_words(error_number));
    }
    message.append(advice(primary));
    const bool corrupt = primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
    return {corrupt ? ErrorCode::corrupt : ErrorCode::unavailable, message};
}

}  // namespace verohook::sqlite
