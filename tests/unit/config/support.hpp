#pragma once

#include "config/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::config {

/// What the kind `every` has against values that its table lets through.
inline std::vector<OptionComplaint> complaints_of_every(const Options& options) {
    std::vector<OptionComplaint> complaints;
    if (options.text("target").empty()) {
        complaints.push_back({"target", "must not be empty"});
    }
    const auto& labels = options.list("labels");
    for (std::size_t entry = 0; entry < labels.size(); ++entry) {
        if (labels[entry].starts_with("no")) {
            complaints.push_back({"labels", "says " + labels[entry], entry});
        }
    }
    return complaints;
}

/// Kinds of sink with every type of option, so that these tests do not depend on the real ones.
inline const std::vector<KindOptions>& fake_kinds() {
    static const std::vector<OptionSpec> every{
        {"target", OptionType::text, "", "Where to.", {}, true, 0, INT64_MAX, true},
        {"password", OptionType::secret, "", "What to say there."},
        {"tokens", OptionType::secret_list, "[]", "What else to say | or not."},
        {"mode", OptionType::text, R"("slow")", "How.", {"slow", "fast"}},
        {"labels", OptionType::text_list, R"(["a", "b"])", "What for."},
        {"ratio", OptionType::integer, "3", "How often.", {}, false, 2, 9},
        {"rotate", OptionType::size, R"("10MiB")", "How much.", {}, false, 1024, 1 << 30},
        {"wait", OptionType::duration, R"("2s")", "How long.", {}, false, 10, 60'000},
        {"strict", OptionType::boolean, "false", "Whether."}};
    static const std::vector<KindOptions> kinds{
        {"stdout", "Writes lines.", {}},
        {"every", "Has all types.", every, complaints_of_every},
        {.kind = "absent", .missing_package = "libabsent-dev"}};
    return kinds;
}

inline Result<Settings> parse_with_fakes(std::string_view toml) {
    return parse(toml, "test.toml", fake_kinds());
}

/// The errors of a text, or nothing.
inline std::string errors_of(std::string_view toml) {
    const auto settings = parse_with_fakes(toml);
    return settings ? "" : settings.error().message;
}

/// An environment variable for the length of a test.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~Variable() { ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
};

/// A folder that is gone after the test.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "verohook-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;  // What is left in the system's temporary folder harms nobody.
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path write(std::string_view name, std::string_view content) const {
        const std::filesystem::path file = path_ / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// config/verohook.toml with every line `# key = value` and `# [table]` taken in.
inline std::string uncommented_default_toml() {
    static const std::regex commented("# ([a-z_]+ = .*|\\[[a-z.-]+\\])");
    std::istringstream lines{std::string(default_toml())};
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        out += (std::regex_match(line, match, commented) ? match[1].str() : line) + "\n";
    }
    return out;
}

/// The keys that a text sets, by their full names, with what it sets them to. One key a line.
inline std::map<std::string, std::string, std::less<>> keys_of(const std::string& toml) {
    std::istringstream lines{toml};
    std::map<std::string, std::string, std::less<>> keys;
    std::string table;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t equals = line.find(" = ");
        if (line.starts_with('[')) {
            table = line.substr(1, line.find(']') - 1) + ".";
        } else if (!line.starts_with('#') && equals != std::string::npos) {
            keys[table + line.substr(0, equals)] = line.substr(equals + 3);
        }
    }
    return keys;
}

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace verohook::config
