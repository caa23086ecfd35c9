#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::config {

/// Every error of one file, in the order in which they were found, and what else reading it shows:
/// the files that its secrets stand in.
class Complaints {
public:
    explicit Complaints(std::filesystem::path file) : file_(std::move(file)) {}

    /// `FILE:LINE: KEY: SENTENCE`. Line 0 leaves the line out.
    void add(std::size_t line, std::string_view key, std::string_view sentence);
    [[nodiscard]] bool empty() const { return lines_.empty(); }
    /// Whether something was wrong with this key already.
    [[nodiscard]] bool has(std::string_view key) const;
    /// One a line, in the order of the file's lines; beyond `shown_max` only their number.
    [[nodiscard]] std::string text() const;
    static constexpr std::size_t shown_max = 50;
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

    /// A secret stands in that file; once for each of them suffices.
    void note_secret_in(const std::filesystem::path& file);
    [[nodiscard]] const std::vector<std::filesystem::path>& secret_files() const {
        return secret_files_;
    }

private:
    struct Line {
        std::size_t number;
        std::string key;
        std::string text;
    };
    std::filesystem::path file_;
    std::vector<Line> lines_;
    std::vector<std::filesystem::path> secret_files_;
};

}  // namespace verohook::config
