#include "config/read_sinks.hpp"

#include "base/redaction.hpp"
#include "base/text.hpp"
#include "config/table_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

namespace verohook::config {

namespace {

bool is_sink_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") ==
               std::string_view::npos;
}

/// `"file" or "log"`
std::string alternatives(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t index = 0; index < words.size(); ++index) {
        text += index == 0 ? "" : index + 1 == words.size() ? " or " : ", ";
        text.append("\"").append(words[index]) += '"';
    }
    return text;
}

SinkConfig common_part(const std::string& name, const Options& common) {
    SinkConfig sink;
    sink.name = name;
    sink.kind = common.text("kind");
    sink.enabled = common.boolean("enabled");
    sink.types = common.list("types");
    sink.format = common.text("format");
    sink.keep_duplicates = common.text("duplicates") == "keep";
    sink.from_now = common.text("from") == "now";
    sink.limits.batch_events_max = static_cast<std::size_t>(common.integer("batch_max"));
    sink.limits.backoff_min = common.duration("retry_min");
    sink.limits.backoff_max = common.duration("retry_max");
    sink.redact = common.list("redact");
    sink.redact_key = common.text("redact_key");
    return sink;
}

/// Where Vero has it in events, and in `user_created`.
bool is_customer_id(const std::vector<std::string>& path) {
    return path == std::vector<std::string>{"user", "id"} || path == std::vector<std::string>{"id"};
}

class SinksReader {
public:
    SinksReader(std::span<const KindOptions> kinds, Complaints& complaints)
        : kinds_(kinds), complaints_(complaints) {}

    void read_all(const toml::table& sinks) {
        for (const auto& [key, node] : sinks) {
            const std::string name(key.str());
            if (!is_sink_name(name)) {
                complaints_.add(line_of(node), "sinks." + name,
                                "a sink's name is 1 to 64 of a-z, 0-9, '_' and '-'");
            } else if (const auto* sink = node.as_table()) {
                read(name, *sink);
            } else {
                complaints_.add(line_of(node), "sinks." + name,
                                "must be a table: [sinks." + name + "]");
            }
        }
    }

    void read(const std::string& name, const toml::table& table) {
        TableReader reader(&table, "sinks." + name, complaints_);
        Options common;
        reader.read(sink_keys(), common);
        SinkConfig sink = common_part(name, common);
        if (sink.limits.backoff_max < sink.limits.backoff_min) {
            complaints_.add(reader.line("retry_max"), reader.full_name("retry_max"),
                            "must not be less than retry_min");
        }
        check_redaction(reader, sink);
        const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const KindOptions& each) {
            return each.kind == sink.kind;
        });
        if (kind == kinds_.end() || !kind->missing_package.empty()) {
            // Without the kind nobody knows which keys are right.
            return complain_of_kind(reader, sink.kind, kind == kinds_.end() ? nullptr : &*kind);
        }
        reader.read(kind->options, sink.options);
        reader.refuse_unknown({}, [this](std::string_view key) { return kinds_with(key); });
        if (sink.enabled) {
            check_exclusive(*kind, reader, sink);
        }
        sink.options.set("format", sink.format);
        check(*kind, reader, sink.options);
        found_.push_back(std::move(sink));
    }

    [[nodiscard]] std::vector<SinkConfig> take() { return std::move(found_); }

private:
    /// What only the kind itself can say of its options.
    void check(const KindOptions& kind, const TableReader& reader, const Options& options) {
        if (kind.check == nullptr) {
            return;
        }
        const Complaints before = complaints_;
        for (const OptionComplaint& complaint : kind.check(options)) {
            const std::string key = reader.full_name(complaint.key);
            // A key that could not be read has its default, of which there is nothing to say.
            if (!before.has(key)) {
                complaints_.add(complaint.entry ? reader.line(complaint.key, *complaint.entry)
                                                : reader.line(complaint.key),
                                key, complaint.sentence);
            }
        }
    }

    /// Two that write to one file would tear each other's lines; the second one could not start.
    void check_exclusive(const KindOptions& kind, const TableReader& reader,
                         const SinkConfig& sink) {
        for (const OptionSpec& spec : kind.options) {
            if (!spec.exclusive || !sink.options.has(spec.name)) {
                continue;
            }
            const std::filesystem::path path = sink.options.text(spec.name);
            if (path.empty()) {
                continue;
            }
            const auto [first, is_new] =
                owners_.try_emplace(path.lexically_normal().string(), sink.name);
            if (!is_new) {
                complaints_.add(reader.line(spec.name), reader.full_name(spec.name),
                                "sink '" + first->second + "' has the same; name another one");
            }
        }
    }

    void check_redaction(const TableReader& reader, const SinkConfig& sink) {
        for (std::size_t entry = 0; entry < sink.redact.size(); ++entry) {
            const auto complain = [&](const std::string& sentence) {
                complaints_.add(reader.line("redact", entry), reader.full_name("redact"),
                                "'" + printable(sink.redact[entry], 64) + "': " + sentence);
            };
            const auto rule = parse_redaction_rule(sink.redact[entry]);
            if (!rule) {
                complain(rule.error().message);
            } else if (rule->path.size() == 1 &&
                       (rule->path[0] == "type" || rule->path[0] == "*")) {
                complain("an event without its type would be another one");
            } else if (rule->redaction == Redaction::mask && is_customer_id(rule->path)) {
                complain("many customers would become one; use hash or drop");
            } else if (rule->redaction == Redaction::hash && sink.redact_key.empty()) {
                complain("a hash needs a key; `openssl rand -hex 32` makes one for redact_key");
            }
        }
    }

    void complain_of_kind(const TableReader& reader, std::string_view given,
                          const KindOptions* missing) {
        if (given.empty()) {
            return;  // Told as missing, or of the wrong type.
        }
        const auto complain = [&](const std::string& sentence) {
            complaints_.add(reader.line("kind"), reader.full_name("kind"), sentence);
        };
        if (missing != nullptr) {
            return complain("this build has no sink of the kind \"" + std::string(given) +
                            "\", for want of Debian's package " +
                            std::string(missing->missing_package) + "; install it and build again");
        }
        std::vector<std::string_view> names;
        std::string list;
        for (const KindOptions& kind : kinds_) {
            names.push_back(kind.kind);
            if (kind.missing_package.empty()) {
                list.append(list.empty() ? "" : ", ").append(kind.kind);
            }
        }
        const auto meant = nearest(given, names);
        complain("there is no kind of sink '" + printable(given, 64) + "'; " +
                 (meant ? "did you mean \"" + std::string(*meant) + "\"?" : "there are " + list));
    }

    [[nodiscard]] std::optional<std::string> kinds_with(std::string_view key) const {
        std::vector<std::string_view> names;
        for (const KindOptions& kind : kinds_) {
            if (std::any_of(kind.options.begin(), kind.options.end(),
                            [&](const OptionSpec& spec) { return spec.name == key; })) {
                names.push_back(kind.kind);
            }
        }
        if (names.empty()) {
            return std::nullopt;
        }
        return "only a sink of the kind " + alternatives(names) + " has it";
    }

    std::span<const KindOptions> kinds_;
    Complaints& complaints_;
    std::vector<SinkConfig> found_;
    std::map<std::string, std::string> owners_;  ///< By exclusive path: the sink that has it.
};

}  // namespace

std::vector<SinkConfig> read_sinks(const toml::table* sinks, std::span<const KindOptions> kinds,
                                   Complaints& complaints) {
    SinksReader reader(kinds, complaints);
    if (sinks == nullptr) {
        const toml::table standard = toml::parse("kind = \"stdout\"\n");
        reader.read("stdout", standard);
    } else {
        reader.read_all(*sinks);
    }
    return reader.take();
}

}  // namespace verohook::config
