#include "config/complaints.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <span>

namespace verohook::config {

void Complaints::add(std::size_t line, std::string_view key, std::string_view sentence) {
    std::string text = printable(file_.string());
    if (line != 0) {
        text += ":" + std::to_string(line);
    }
    text.append(": ").append(printable(key));
    text.append(key.empty() ? "" : ": ").append(sentence);
    lines_.push_back({line, std::string(key), std::move(text)});
}

bool Complaints::has(std::string_view key) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const Line& line) { return line.key == key; });
}

void Complaints::note_secret_in(const std::filesystem::path& file) {
    if (std::find(secret_files_.begin(), secret_files_.end(), file) == secret_files_.end()) {
        secret_files_.push_back(file);
    }
}

std::string Complaints::text() const {
    auto sorted = lines_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Line& left, const Line& right) {
        return left.number < right.number;
    });
    const std::size_t shown = std::min(sorted.size(), shown_max);
    std::string text;
    for (const Line& line : std::span(sorted).first(shown)) {
        text.append(text.empty() ? "" : "\n").append(line.text);
    }
    if (shown < sorted.size()) {
        text += "\n" + printable(file_.string()) + ": and " +
                std::to_string(sorted.size() - shown) + " more; correct these first";
    }
    return text;
}

}  // namespace verohook::config
