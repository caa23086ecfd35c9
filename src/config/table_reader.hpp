#pragma once

#include "config/complaints.hpp"

#include <verohook/base/option.hpp>

#include <toml++/toml.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::config {

[[nodiscard]] std::size_t line_of(const toml::node& node);
[[nodiscard]] std::size_t line_of(const toml::key& key);

/// Says of a key that was written into the wrong table where it belongs, in half a sentence.
using HomeOf = std::function<std::optional<std::string>(std::string_view key)>;
/// Among the tables that are no sinks'.
[[nodiscard]] std::optional<std::string> section_of(std::string_view key);

/// Reads the keys of one table by their specifications: unknown keys, wrong types, units, ranges
/// and choices become complaints, defaults are filled in, `${ENV}` is replaced and `<name>_file` is
/// read. Whatever was wrong, every declared key has a value of its type afterwards.
class TableReader {
public:
    /// `table` may be null: then all keys have their defaults. `name` is `http` or `sinks.events`.
    TableReader(const toml::table* table, std::string name, Complaints& complaints)
        : table_(table), name_(std::move(name)), complaints_(complaints) {}

    /// Reads these keys into `options`.
    void read(std::span<const OptionSpec> specs, Options& options);
    /// Complains of every key that is in none of the lists that were read, nor in `others`, which
    /// somebody else reads.
    void refuse_unknown(std::span<const std::string_view> others = {},
                        const HomeOf& home_of = section_of);
    /// Whether the key stands in the table.
    [[nodiscard]] bool has(std::string_view key) const;
    /// The line of a key, or of the table, or 0.
    [[nodiscard]] std::size_t line(std::string_view key) const;
    /// The line of a list's entry, from 0; for those of `<key>_file` the line of that key.
    [[nodiscard]] std::size_t line(std::string_view key, std::size_t entry) const;
    /// How to call an entry, from 0, that must not be shown: `entry 2`, `secret 1 of the file`.
    [[nodiscard]] std::string entry_name(std::string_view key, std::size_t entry) const;
    [[nodiscard]] std::string full_name(std::string_view key) const;

private:
    void read_one(const OptionSpec& spec, Options& options);
    void read_secret_file(const OptionSpec& spec, Options& options);
    bool convert(const OptionSpec& spec, const toml::node& node, Options& options);
    bool convert_text(const OptionSpec& spec, const toml::node& node, Options& options);
    bool convert_list(const OptionSpec& spec, const toml::node& node, Options& options);
    bool convert_number(const OptionSpec& spec, const toml::node& node, Options& options);
    void complain(const OptionSpec& spec, std::string_view sentence);
    void complain(const OptionSpec& spec, const toml::node& node, std::string_view sentence);
    std::optional<std::string> expand(const OptionSpec& spec, const toml::node& node);
    bool check_choice(const OptionSpec& spec, const toml::node& node, std::string_view text);
    /// How many entries of a list stand in the table itself; the others come from `<key>_file`.
    [[nodiscard]] std::size_t own_entries(std::string_view key) const;

    const toml::table* table_;
    std::string name_;
    Complaints& complaints_;
    std::vector<std::string> known_;
};

/// Replaces `${NAME}` by the environment's value and `$${` by `${`.
[[nodiscard]] Result<std::string> expand_environment(std::string_view text);

/// Whether a text is UTF-8 without NUL, as TOML and the system's functions want it.
[[nodiscard]] bool is_plain_text(std::string_view text);

}  // namespace verohook::config
