#include "sink_fixture.hpp"

#include "fixtures.hpp"
#include "sinks/table.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

#include <stdlib.h>

namespace verohook::sinks {

namespace {

/// `["a", "b"]`
std::vector<std::string> parse_list(std::string_view text) {
    std::vector<std::string> list;
    for (std::size_t at = text.find('"'); at != std::string_view::npos;) {
        const std::size_t end = text.find('"', at + 1);
        list.emplace_back(text.substr(at + 1, end - at - 1));
        at = text.find('"', end + 1);
    }
    return list;
}

std::string unquote(std::string_view text) {
    return text.size() < 2 ? std::string(text) : std::string(text.substr(1, text.size() - 2));
}

/// `1MiB`; all defaults are in B or MiB.
std::int64_t parse_size(const std::string& text) {
    constexpr std::int64_t mebibyte = 1024LL * 1024;
    return std::stoll(text) * (text.ends_with("MiB") ? mebibyte : 1);
}

OptionValue parse_fallback(const OptionSpec& option) {
    const std::string text = unquote(option.fallback);
    switch (option.type) {
        case OptionType::boolean:
            return option.fallback == "true";
        case OptionType::integer:
            return std::int64_t{std::stoll(std::string(option.fallback))};
        case OptionType::size:
            return parse_size(text);
        case OptionType::duration:
            return std::chrono::milliseconds{std::stoll(text) * 1000};  // All are in seconds.
        case OptionType::text_list:
        case OptionType::secret_list:
            return parse_list(option.fallback);
        case OptionType::text:
        case OptionType::secret:
            break;
    }
    return text;
}

}  // namespace

const std::vector<FixtureEntry>& fixtures() {
    static const std::vector<FixtureEntry> entries{
        {"stdout", "pipe_and_file", make_stdout_fixture},
        {"file", "synced", make_file_fixture},
        {"file", "rotating", make_rotating_file_fixture},
        {"log", "text_to_file", [] { return make_log_file_fixture("text"); }},
        {"log", "json_to_file", [] { return make_log_file_fixture("json"); }},
        {"log", "stderr", make_log_stderr_fixture},
        {"http", "single", [] { return make_http_fixture("single"); }},
        {"http", "array", [] { return make_http_fixture("array"); }},
        {"http", "ndjson", [] { return make_http_fixture("ndjson"); }},
        {"sqlite", "file", make_sqlite_fixture},
        {"postgres", "server", make_postgres_fixture},
        {"nats", "jetstream", make_nats_fixture},
        {"kafka", "mock_cluster", make_kafka_fixture},
        {"datagram", "example", make_datagram_fixture},
    };
    return entries;
}

std::vector<const sink::SinkKind*> contract_kinds() {
    std::vector<const sink::SinkKind*> kinds = all_kinds();
    kinds.push_back(&datagram_kind());
    return kinds;
}

Options default_options(const sink::SinkKind& kind) {
    Options options;
    for (const OptionSpec& option : kind.options) {
        if (!option.fallback.empty()) {
            options.set(std::string(option.name), parse_fallback(option));
        }
    }
    return options;
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "verohook-sinks-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // What cannot be removed is the temporary folder's own affair.
    std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace verohook::sinks
