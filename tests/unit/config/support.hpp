#pragma once

#include "config/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::config {

/// Kinds of sink with every type of option, so that these tests do not depend on the real ones.
inline const std::vector<KindOptions>& fake_kinds() {
    static const std::vector<OptionSpec> every{
        {"target", OptionType::text, "", "Where to.", {}, true},
        {"password", OptionType::secret, "", "What to say there."},
        {"tokens", OptionType::secret_list, "[]", "What else to say | or not."},
        {"mode", OptionType::text, R"("slow")", "How.", {"slow", "fast"}},
        {"labels", OptionType::text_list, R"(["a", "b"])", "What for."},
        {"ratio", OptionType::integer, "3", "How often.", {}, false, 2, 9},
        {"rotate", OptionType::size, R"("10MiB")", "How much.", {}, false, 1024, 1 << 30},
        {"wait", OptionType::duration, R"("2s")", "How long.", {}, false, 10, 60'000},
        {"strict", OptionType::boolean, "false", "Whether."}};
    static const std::vector<KindOptions> kinds{{"stdout", "Writes lines.", {}},
                                                {"every", "Has all types.", every}};
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

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace verohook::config
