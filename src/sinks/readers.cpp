#include "sinks/readers.hpp"

#include "sinks/sqlite_reader.hpp"

#ifdef VEROHOOK_HAS_POSTGRES
#include "sinks/postgres_reader.hpp"
#endif

#include <system_error>

namespace verohook::sinks {

namespace {

/// Whether what is to be read is a PostgreSQL, by its URL or connection string.
bool names_postgres(const std::string& target) {
    std::error_code ignored;  // What cannot be looked at is no file.
    return target.starts_with("postgresql://") || target.starts_with("postgres://") ||
           (target.find('=') != std::string::npos && !std::filesystem::exists(target, ignored));
}

#ifndef VEROHOOK_HAS_POSTGRES
Result<std::unique_ptr<customers::Reader>> open_postgres_reader(const Options&) {
    return Error{ErrorCode::invalid_input,
                 "this build cannot read PostgreSQL, for want of Debian's package libpq-dev; "
                 "install it and build again"};
}
#endif

}  // namespace

bool is_readable(std::string_view kind) {
    return kind == "sqlite" || kind == "postgres";
}

Result<std::unique_ptr<customers::Reader>> open_reader(std::string_view kind,
                                                       const Options& options,
                                                       const std::filesystem::path& state_dir) {
    VEROHOOK_CHECK(is_readable(kind));
    if (kind == "postgres") {
        return open_postgres_reader(options);
    }
    return open_sqlite_reader(customers_file(state_dir, options.text("path")));
}

Result<std::unique_ptr<customers::Reader>> open_reader(const std::string& target,
                                                       const std::string& schema) {
    if (!names_postgres(target)) {
        return open_sqlite_reader(target);
    }
    Options options;
    options.set("url", target);
    options.set("schema", schema);
    options.set("timeout", std::chrono::milliseconds{std::chrono::minutes{10}});
    return open_postgres_reader(options);
}

}  // namespace verohook::sinks
