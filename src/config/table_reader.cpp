#include "config/table_reader.hpp"

#include "base/text.hpp"
#include "config/config.hpp"
#include "config/units.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <cerrno>
#include <cstring>

namespace verohook::config {

namespace {

bool is_secret(const OptionSpec& spec) {
    return spec.type == OptionType::secret || spec.type == OptionType::secret_list;
}

std::string quoted_list(const std::vector<std::string_view>& words) {
    std::string list;
    for (const std::string_view word : words) {
        list.append(list.empty() ? "\"" : ", \"").append(word) += '"';
    }
    return list;
}

bool is_plain_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto step = utf8_step(text, at);
        if (!step || step->code_point == 0) {
            return false;
        }
        at += step->length;
    }
    return true;
}

std::string_view expectation(OptionType type) {
    switch (type) {
        case OptionType::boolean:
            return "must be true or false";
        case OptionType::integer:
            return "must be a whole number";
        case OptionType::text:
        case OptionType::secret:
            return "must be a text in quotes";
        case OptionType::text_list:
        case OptionType::secret_list:
            return "must be a list of texts, such as [\"…\"]";
        case OptionType::duration:
            return "must be a duration with its unit, such as \"250ms\", \"30s\", \"5m\", \"2h\", "
                   "\"7d\"";
        case OptionType::size:
            return "must be a size with its unit, such as \"512B\", \"16KiB\", \"10MiB\", \"2GiB\"";
    }
    return "";
}

std::string range_text(const OptionSpec& spec) {
    const auto show = [&](std::int64_t value) {
        if (spec.type == OptionType::duration) {
            return format_duration(std::chrono::milliseconds{value});
        }
        return spec.type == OptionType::size ? format_size(value) : std::to_string(value);
    };
    if (spec.max == INT64_MAX) {
        return "must be at least " + show(spec.min);
    }
    return "must be from " + show(spec.min) + " to " + show(spec.max);
}

/// Where a key stands that was written into the wrong table.
std::optional<std::string> section_of(std::string_view key) {
    for (const Section& section : sections()) {
        for (const OptionSpec& spec : section.keys) {
            if (spec.name == key) {
                return section.name.empty()
                           ? "it belongs at the top of the file, before the first [table]"
                           : "it belongs into the table [" + std::string(section.name) + "]";
            }
        }
    }
    return std::nullopt;
}

void set_empty(const OptionSpec& spec, Options& options) {
    switch (spec.type) {
        case OptionType::boolean:
            return options.set(std::string(spec.name), false);
        case OptionType::integer:
        case OptionType::size:
            return options.set(std::string(spec.name), spec.min);
        case OptionType::duration:
            return options.set(std::string(spec.name), std::chrono::milliseconds{spec.min});
        case OptionType::text:
        case OptionType::secret:
            return options.set(std::string(spec.name), std::string());
        case OptionType::text_list:
        case OptionType::secret_list:
            return options.set(std::string(spec.name), std::vector<std::string>());
    }
}

}  // namespace

void Complaints::add(std::size_t line, std::string_view key, std::string_view sentence) {
    std::string text = printable(file_.string());
    if (line != 0) {
        text += ":" + std::to_string(line);
    }
    text.append(": ").append(printable(key));
    text.append(key.empty() ? "" : ": ").append(sentence);
    lines_.push_back({line, std::move(text)});
}

std::string Complaints::text() const {
    auto sorted = lines_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Line& left, const Line& right) { return left.number < right.number; });
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

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

std::size_t line_of(const toml::key& key) { return key.source().begin.line; }

std::size_t TableReader::line(std::string_view key) const {
    if (table_ == nullptr) {
        return 0;
    }
    const toml::node* node = table_->get(key);
    return line_of(node == nullptr ? *table_ : *node);
}

std::size_t TableReader::own_entries(std::string_view key) const {
    const toml::node* const node = table_ == nullptr ? nullptr : table_->get(key);
    return node != nullptr && node->is_array() ? node->as_array()->size() : 0;
}

std::size_t TableReader::line(std::string_view key, std::size_t entry) const {
    if (entry < own_entries(key)) {
        return line_of(*table_->get(key)->as_array()->get(entry));
    }
    const std::string file_key = std::string(key) + "_file";
    const bool has_file = table_ != nullptr && table_->contains(file_key);
    return has_file ? line(file_key) : line(key);
}

std::string TableReader::entry_name(std::string_view key, std::size_t entry) const {
    const std::size_t own = own_entries(key);
    if (entry < own) {
        return "entry " + std::to_string(entry + 1);
    }
    return "secret " + std::to_string(entry - own + 1) + " of the file";
}

std::string TableReader::full_name(std::string_view key) const {
    return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

void TableReader::complain(const OptionSpec& spec, std::string_view sentence) {
    complaints_.add(line(spec.name), full_name(spec.name), sentence);
}

void TableReader::complain(const OptionSpec& spec, const toml::node& node,
                           std::string_view sentence) {
    complaints_.add(line_of(node), full_name(spec.name), sentence);
}

std::optional<std::string> TableReader::expand(const OptionSpec& spec, const toml::node& node) {
    if (!node.is_string()) {
        complain(spec, node, expectation(spec.type));
        return std::nullopt;
    }
    auto text = expand_environment(node.as_string()->get());
    if (!text) {
        complain(spec, node, text.error().message);
        return std::nullopt;
    }
    if (!is_plain_text(*text)) {
        complain(spec, node, "has a byte that is no text (NUL, or not UTF-8); remove it");
        return std::nullopt;
    }
    return *std::move(text);
}

void TableReader::read(std::span<const OptionSpec> specs, Options& options) {
    for (const OptionSpec& spec : specs) {
        known_.emplace_back(spec.name);
        set_empty(spec, options);
        if (!spec.fallback.empty()) {
            const toml::table fallback =
                toml::parse("value = " + std::string(spec.fallback) + "\n");
            VEROHOOK_CHECK(convert(spec, *fallback.get("value"), options));
        }
        read_one(spec, options);
        if (is_secret(spec)) {
            known_.push_back(std::string(spec.name) + "_file");
            read_secret_file(spec, options);
        }
    }
}

void TableReader::read_one(const OptionSpec& spec, Options& options) {
    const toml::node* node = table_ == nullptr ? nullptr : table_->get(spec.name);
    if (node != nullptr) {
        convert(spec, *node, options);
        return;
    }
    const std::string file_key = std::string(spec.name) + "_file";
    const bool has_file = is_secret(spec) && table_ != nullptr && table_->contains(file_key);
    if (spec.required && !has_file) {
        complain(spec, "is missing");
    }
}

void TableReader::read_secret_file(const OptionSpec& spec, Options& options) {
    const std::string key = std::string(spec.name) + "_file";
    const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
    if (node == nullptr) {
        return;
    }
    const auto complain_of_file = [&](const std::string& sentence) {
        complaints_.add(line_of(*node), full_name(key), sentence);
    };
    if (!node->is_string()) {
        return complain_of_file("must be the name of a file, in quotes");
    }
    const auto expanded = expand_environment(node->as_string()->get());
    if (!expanded) {
        return complain_of_file(expanded.error().message);
    }
    const std::filesystem::path path = complaints_.file().parent_path() / *expanded;
    errno = 0;
    std::ifstream file(path);
    std::stringstream content;
    if (!file || !(content << file.rdbuf())) {
        const int code = errno;
        return complain_of_file("cannot read " + printable(path.string()) + ": " +
                                (code == 0 ? "it is empty or no file" : std::strerror(code)));
    }
    std::vector<std::string> secrets;
    for (std::string line_text; std::getline(content, line_text);) {
        const std::string_view secret = trim(line_text);
        if (!secret.empty() && !secret.starts_with('#')) {
            secrets.emplace_back(secret);
        }
    }
    if (secrets.empty()) {
        return complain_of_file(printable(path.string()) + " holds no secret");
    }
    if (!std::all_of(secrets.begin(), secrets.end(), is_plain_text)) {
        return complain_of_file(printable(path.string()) +
                                " has a byte that is no text (NUL, or not UTF-8); remove it");
    }
    if (spec.type == OptionType::secret) {
        return options.set(std::string(spec.name), secrets.front());
    }
    std::vector<std::string> all = options.list(spec.name);
    all.insert(all.end(), secrets.begin(), secrets.end());
    options.set(std::string(spec.name), std::move(all));
}

bool TableReader::convert(const OptionSpec& spec, const toml::node& node, Options& options) {
    switch (spec.type) {
        case OptionType::boolean:
            if (const auto* value = node.as_boolean()) {
                options.set(std::string(spec.name), value->get());
                return true;
            }
            complain(spec, expectation(spec.type));
            return false;
        case OptionType::text:
        case OptionType::secret:
            return convert_text(spec, node, options);
        case OptionType::text_list:
        case OptionType::secret_list:
            return convert_list(spec, node, options);
        case OptionType::integer:
        case OptionType::duration:
        case OptionType::size:
            return convert_number(spec, node, options);
    }
    return false;
}

bool TableReader::convert_text(const OptionSpec& spec, const toml::node& node, Options& options) {
    auto text = expand(spec, node);
    if (!text || !check_choice(spec, node, *text)) {
        return false;
    }
    options.set(std::string(spec.name), std::move(*text));
    return true;
}

bool TableReader::convert_list(const OptionSpec& spec, const toml::node& node, Options& options) {
    const toml::array* const array = node.as_array();
    if (array == nullptr) {
        complain(spec, expectation(spec.type));
        return false;
    }
    std::vector<std::string> list;
    for (const toml::node& element : *array) {
        auto text = expand(spec, element);
        if (!text || !check_choice(spec, element, *text)) {
            return false;
        }
        list.push_back(std::move(*text));
    }
    options.set(std::string(spec.name), std::move(list));
    return true;
}

bool TableReader::convert_number(const OptionSpec& spec, const toml::node& node, Options& options) {
    std::optional<std::int64_t> number;
    if (spec.type == OptionType::integer) {
        if (const auto* value = node.as_integer()) {
            number = value->get();
        }
    } else if (node.is_string()) {
        const auto text = expand(spec, node);
        if (!text) {
            return false;
        }
        if (spec.type == OptionType::size) {
            number = parse_size(*text);
        } else if (const auto duration = parse_duration(*text)) {
            number = duration->count();
        }
    }
    if (!number) {
        complain(spec, expectation(spec.type));
        return false;
    }
    if (*number < spec.min || *number > spec.max) {
        complain(spec, range_text(spec));
        return false;
    }
    if (spec.type == OptionType::duration) {
        options.set(std::string(spec.name), std::chrono::milliseconds{*number});
    } else {
        options.set(std::string(spec.name), *number);
    }
    return true;
}

bool TableReader::check_choice(const OptionSpec& spec, const toml::node& node,
                               std::string_view text) {
    if (spec.choices.empty() ||
        std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end()) {
        return true;
    }
    const auto meant = nearest(text, spec.choices);
    complain(spec, node, "'" + printable(text, 64) + "' is none of " + quoted_list(spec.choices) +
                       (meant ? "; did you mean \"" + std::string(*meant) + "\"?" : ""));
    return false;
}

void TableReader::refuse_unknown(std::span<const std::string_view> others) {
    if (table_ == nullptr) {
        return;
    }
    std::vector<std::string_view> candidates(known_.begin(), known_.end());
    candidates.insert(candidates.end(), others.begin(), others.end());
    for (const auto& [key, node] : *table_) {
        if (std::find(candidates.begin(), candidates.end(), key.str()) != candidates.end()) {
            continue;
        }
        const auto meant = nearest(key.str(), candidates);
        const auto home = section_of(key.str());
        complaints_.add(line_of(key), full_name(key.str()),
                        "there is no such key; " +
                            (meant  ? "did you mean \"" + full_name(*meant) + "\"?"
                             : home ? *home
                                    : std::string("see docs/configuration.md")));
    }
}

}  // namespace verohook::config
