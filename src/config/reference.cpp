#include "config/change.hpp"
#include "config/units.hpp"

namespace verohook::config {

namespace {

std::string default_text(const OptionSpec& spec) {
    if (spec.required) {
        return "required";
    }
    return spec.fallback.empty() ? "none" : "`" + std::string(spec.fallback) + "`";
}

std::string bound_text(const OptionSpec& spec, std::int64_t bound) {
    switch (spec.type) {
        case OptionType::duration:
            return "`\"" + format_duration(std::chrono::milliseconds{bound}) + "\"`";
        case OptionType::size:
            return "`\"" + format_size(bound) + "\"`";
        default:
            return "`" + std::to_string(bound) + "`";
    }
}

/// What may stand there, beyond the type.
std::string limits_text(const OptionSpec& spec) {
    std::string out;
    for (const std::string_view choice : spec.choices) {
        out += (out.empty() ? " One of `" : "`, `") + std::string(choice);
    }
    out += out.empty() ? "" : "`.";
    if (spec.max != INT64_MAX) {
        out += " From " + bound_text(spec, spec.min) + " to " + bound_text(spec, spec.max) + ".";
    } else if (spec.min != 0) {
        out += " At least " + bound_text(spec, spec.min) + ".";
    }
    return out;
}

/// A cell of a Markdown table.
std::string cell(std::string_view text) {
    std::string out;
    for (const char character : text) {
        out += character == '|' ? "\\|" : std::string(1, character);
    }
    return out;
}

/// `section`: the table whose keys these are; empty for the top level.
void append_rows(std::string& out, std::string_view section, std::span<const OptionSpec> specs) {
    out += "\n| key | type | default | meaning |\n|---|---|---|---|\n";
    for (const OptionSpec& spec : specs) {
        const bool secret = spec.type == OptionType::secret || spec.type == OptionType::secret_list;
        const std::string name(spec.name);
        out += "| `" + name + (secret ? "`, `" + name + "_file` | " : "` | ");
        out += std::string(type_text(spec.type)) + " | " + cell(default_text(spec)) + " | ";
        const bool restart =
            needs_restart(section.empty() ? name : std::string(section) + "." + name);
        out += cell(spec.help) + cell(limits_text(spec));
        out += restart ? " Needs a restart. |\n" : " |\n";
    }
}

}  // namespace

std::string reference(std::span<const KindOptions> kinds) {
    std::string out;
    for (const Section& section : sections()) {
        out.append("### ").append(section.name.empty() ? "Top level"
                                                       : "`[" + std::string(section.name) + "]`");
        out.append("\n\n").append(section.help) += '\n';
        append_rows(out, section.name, section.keys);
        out += '\n';
    }
    out += "### `[sinks.NAME]`\n\nWhere events go; one table for each sink. Every kind has:\n";
    append_rows(out, "sinks", sink_keys());
    for (const KindOptions& kind : kinds) {
        if (!kind.missing_package.empty()) {
            continue;
        }
        out.append("\n#### `kind = \"").append(kind.kind).append("\"`\n\n").append(kind.summary);
        out += '\n';
        if (!kind.options.empty()) {
            append_rows(out, "sinks", kind.options);
        }
    }
    return out;
}

}  // namespace verohook::config
