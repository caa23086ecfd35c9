#include "sinks/readers.hpp"

#include "sinks/sqlite_reader.hpp"

namespace verohook::sinks {

bool is_readable(std::string_view kind) {
    return kind == "sqlite";
}

Result<std::unique_ptr<customers::Reader>> open_reader(std::string_view kind,
                                                       const Options& options,
                                                       const std::filesystem::path& state_dir) {
    VEROHOOK_CHECK(is_readable(kind));
    return open_sqlite_reader(customers_file(state_dir, options.text("path")));
}

Result<std::unique_ptr<customers::Reader>> open_reader(const std::string& target) {
    return open_sqlite_reader(target);
}

}  // namespace verohook::sinks
