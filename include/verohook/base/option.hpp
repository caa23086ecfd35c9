#pragma once

#include <verohook/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace verohook {

/// What a configuration key may hold, and how it is written in TOML.
enum class OptionType {
    boolean,      ///< `true`
    integer,      ///< `100`; never negative
    text,         ///< `"…"`; `${ENV}` is replaced
    text_list,    ///< `["…", "…"]`
    duration,     ///< `"30s"`; units ms, s, m, h, d
    size,         ///< `"10MiB"`; units B, KiB, MiB, GiB
    secret,       ///< like `text`, never printed; also as `<name>_file`
    secret_list,  ///< like `text_list`, never printed; also as `<name>_file`, one a line
};

/// How people call the type: `list of texts`.
[[nodiscard]] std::string_view type_text(OptionType type);

/// One configuration key: from this come the check, the reference documentation and `--help`.
struct OptionSpec {
    std::string_view name = {};
    OptionType type = OptionType::text;
    std::string_view fallback = {};  ///< The default as written in TOML; empty: required or none.
    std::string_view help = {};      ///< One sentence.
    std::vector<std::string_view> choices = {};  ///< If not empty: the only texts allowed.
    bool required = false;
    std::int64_t min = 0;  ///< For integers, durations (ms) and sizes (bytes).
    std::int64_t max = INT64_MAX;
    bool exclusive = false;  ///< A path that no two enabled sinks may have, whatever their kinds.
};

using OptionValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>,
                                 std::chrono::milliseconds>;

/// Checked values of one table of keys. Every key of the table that has a default or was given is
/// there with its declared type, so the getters cannot fail for a declared key: asking for one that
/// was not declared, or with another type, is a programmer's error and aborts.
class Options {
public:
    void set(std::string name, OptionValue value);
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] bool boolean(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(
        std::string_view name) const;  ///< Integers and sizes (bytes).
    [[nodiscard]] const std::string& text(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, OptionValue, std::less<>>& all() const {
        return values_;
    }

private:
    std::map<std::string, OptionValue, std::less<>> values_;
};

/// What is wrong with the value of one key, for whatever the table of keys cannot say.
struct OptionComplaint {
    std::string_view key;
    std::string sentence;                   ///< Without the key; says what to write instead.
    std::optional<std::size_t> entry = {};  ///< Which one of a list, from 0.
};

/// Looks at checked options once more, and changes nothing outside. Those of a sink have its
/// `format` besides.
using OptionCheck = std::vector<OptionComplaint> (*)(const Options& options);

/// The first complaint as `invalid_input`, `KEY: SENTENCE`. There must be one.
[[nodiscard]] Error to_error(std::span<const OptionComplaint> complaints);

}  // namespace verohook
