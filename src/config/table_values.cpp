#include "config/table_reader.hpp"

#include "base/text.hpp"
#include "config/units.hpp"

#include <algorithm>

/// How `TableReader` turns one node into a value of its key's type.
namespace verohook::config {

namespace {

std::string quoted_list(const std::vector<std::string_view>& words) {
    std::string list;
    for (const std::string_view word : words) {
        list.append(list.empty() ? "\"" : ", \"").append(word) += '"';
    }
    return list;
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

}  // namespace

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
    complain(spec, node,
             "'" + printable(text, 64) + "' is none of " + quoted_list(spec.choices) +
                 (meant ? "; did you mean \"" + std::string(*meant) + "\"?" : ""));
    return false;
}

}  // namespace verohook::config
