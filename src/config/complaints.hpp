#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::config {

/// Every error of one file, in the order in which they were found.
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

private:
    struct Line {
        std::size_t number;
        std::string key;
        std::string text;
    };
    std::filesystem::path file_;
    std::vector<Line> lines_;
};

}  // namespace verohook::config
