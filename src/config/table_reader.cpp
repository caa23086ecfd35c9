#include "config/table_reader.hpp"

#include "base/text.hpp"
#include "config/config.hpp"
#include "config/units.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

#include <cerrno>
#include <cstring>

namespace verohook::config {

namespace {

bool is_secret(const OptionSpec& spec) {
    return spec.type == OptionType::secret || spec.type == OptionType::secret_list;
}

/// Whether a text, or any of a list's, stands in the file itself and not in the environment.
bool has_own_text(const toml::node& node) {
    if (const auto* array = node.as_array()) {
        return std::any_of(array->begin(), array->end(), has_own_text);
    }
    const auto* text = node.as_string();
    return text != nullptr && !text->get().empty() && !text->get().starts_with("${");
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

std::size_t line_of(const toml::node& node) {
    return node.source().begin.line;
}

std::size_t line_of(const toml::key& key) {
    return key.source().begin.line;
}

bool TableReader::has(std::string_view key) const {
    return table_ != nullptr && table_->contains(key);
}

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
    return has(file_key) ? line(file_key) : line(key);
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
        if (is_secret(spec) && has_own_text(*node)) {
            complaints_.note_secret_in(complaints_.file());
        }
        return;
    }
    const std::string file_key = std::string(spec.name) + "_file";
    const bool has_file = is_secret(spec) && has(file_key);
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
        return complain_of_file(
            "cannot read " + printable(path.string()) + ": " +
            (code == 0 ? "it is empty or no file" : std::generic_category().message(code)));
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
    complaints_.note_secret_in(path);
    if (spec.type == OptionType::secret) {
        return options.set(std::string(spec.name), secrets.front());
    }
    std::vector<std::string> all = options.list(spec.name);
    all.insert(all.end(), secrets.begin(), secrets.end());
    options.set(std::string(spec.name), std::move(all));
}

void TableReader::refuse_unknown(std::span<const std::string_view> others, const HomeOf& home_of) {
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
        const auto home = home_of(key.str());
        complaints_.add(
            line_of(key), full_name(key.str()),
            "there is no such key; " + (meant  ? "did you mean \"" + full_name(*meant) + "\"?"
                                        : home ? *home
                                               : std::string("see docs/configuration.md")));
    }
}

}  // namespace verohook::config
