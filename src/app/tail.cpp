#include "app/commands.hpp"
#include "app/event_text.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "app/since.hpp"
#include "base/text.hpp"
#include "delivery/selection.hpp"
#include "event/test_event.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <string>
#include <string_view>
#include <thread>

#include <unistd.h>

namespace verohook::app {

namespace {

constexpr std::uint64_t default_lines = 10;
/// How often a followed journal is looked at.
constexpr std::chrono::milliseconds follow_interval{200};

bool is_shown_test(const TailArguments& arguments) {
    return arguments.user.empty() && arguments.campaign.empty() &&
           std::find(arguments.types.begin(), arguments.types.end(), event::test_event_type) !=
               arguments.types.end();
}

bool matches(const TailArguments& arguments, const Shown& shown) {
    if (shown.record.kind == journal::Kind::test) {
        return is_shown_test(arguments);
    }
    if (!arguments.types.empty()) {
        const std::string_view type =
            shown.event == nullptr ? "malformed" : event::type_name(*shown.event);
        const bool unrecognized =
            shown.event != nullptr && std::holds_alternative<event::Unrecognized>(*shown.event);
        const auto is_wanted = [&](const std::string& wanted) {
            return wanted == type || (unrecognized && wanted == "unrecognized");
        };
        if (std::none_of(arguments.types.begin(), arguments.types.end(), is_wanted)) {
            return false;
        }
    }
    if (shown.event == nullptr) {
        return arguments.user.empty() && arguments.campaign.empty();
    }
    return delivery::concerns(*shown.event, {{}, arguments.user, arguments.campaign});
}

/// Reads records in order and keeps or prints the lines of those that match.
class Tail {
public:
    Tail(const TailArguments& arguments, journal::JournalReader& reader)
        : arguments_(arguments), reader_(reader), colour_(::isatty(STDOUT_FILENO) == 1) {}

    /// What is there now, from after `position` on; the newest `lines` of what matches.
    Result<void> print_existing(journal::Seq position, std::optional<std::uint64_t> lines) {
        position_ = position;
        std::deque<std::string> kept;
        const auto keep = [&](std::string line) {
            if (!lines) {
                print(line);
                return;
            }
            kept.push_back(std::move(line));
            if (kept.size() > *lines) {
                kept.pop_front();
            }
        };
        if (auto read = read_all(keep); !read) {
            return read.error();
        }
        for (const std::string& line : kept) {
            print(line);
        }
        std::fflush(stdout);
        return {};
    }

    /// Prints what is added, until standard output is closed.
    Result<void> follow() {
        while (std::ferror(stdout) == 0) {
            auto read = read_all([&](const std::string& line) { print(line); });
            if (!read) {
                return read.error();
            }
            std::fflush(stdout);
            std::this_thread::sleep_for(follow_interval);
        }
        return {};
    }

private:
    template <class Take>
    Result<void> read_all(Take take) {
        for (;;) {
            auto records = reader_.read(position_, {});
            if (!records) {
                return records.error();
            }
            if (records->empty() || std::ferror(stdout) != 0) {
                return {};
            }
            for (const journal::RecordPtr& record : *records) {
                position_ = record->seq;
                if (auto line = line_of(*record)) {
                    take(std::move(*line));
                }
            }
        }
    }

    [[nodiscard]] std::optional<std::string> line_of(const journal::Record& record) const {
        Shown shown{record,
                    {record.seq, to_hex(record.id), record.received_at, record.duplicate_of,
                     record.erased}};
        const auto decoded = event::decode(record.body);
        if (decoded && record.kind != journal::Kind::malformed) {
            shown.event = &*decoded;
        }
        if (!matches(arguments_, shown)) {
            return std::nullopt;
        }
        if (arguments_.format == "json") {
            return json_line(shown);
        }
        return arguments_.format == "raw" ? raw_line(shown) : pretty_line(shown, colour_);
    }

    static void print(const std::string& line) {
        std::fputs(line.c_str(), stdout);
        std::fputc('\n', stdout);
    }

    const TailArguments& arguments_;
    journal::JournalReader& reader_;
    bool colour_;
    journal::Seq position_ = 0;
};

/// After which record the newest `lines` stand that are no test events, or fewer if there are
/// fewer.
Result<journal::Seq> place_before_newest(std::uint64_t lines, journal::JournalReader& reader) {
    const auto health = reader.health();
    if (!health) {
        return health.error();
    }
    for (std::uint64_t wanted = lines;;) {
        const journal::Seq place = health->position_before(wanted);
        std::uint64_t tests = 0;
        for (journal::Seq after = place; after < health->newest;) {
            const auto records = reader.read(after, {});
            if (!records) {
                return records.error();
            }
            if (records->empty()) {
                break;
            }
            after = records->back()->seq;
            tests += static_cast<std::uint64_t>(
                std::count_if(records->begin(), records->end(), [&](const auto& record) {
                    return record->seq <= health->newest && record->kind == journal::Kind::test;
                }));
        }
        if (place == 0 || lines + tests <= wanted) {
            return place;
        }
        // More than is wanted does no harm; a step for each test event would.
        wanted = std::max(lines + tests, 2 * wanted);
    }
}

Result<journal::Seq> start_position(const TailArguments& arguments,
                                    journal::JournalReader& reader) {
    if (!arguments.since.empty()) {
        const auto at = parse_moment("--since", arguments.since);
        if (!at) {
            return at.error();
        }
        return reader.last_before(*at);
    }
    const bool filtered =
        !arguments.types.empty() || !arguments.user.empty() || !arguments.campaign.empty();
    return filtered ? Result<journal::Seq>(journal::Seq{0})
                    : place_before_newest(arguments.lines.value_or(default_lines), reader);
}

/// A type that is not Vero's may still have come, so a typing mistake is only pointed at.
void warn_of_unknown_types(const std::vector<std::string>& types) {
    std::vector<std::string_view> known = event::known_types();
    known.insert(known.end(), {"unrecognized", "malformed", event::test_event_type});
    for (const std::string& type : types) {
        if (std::find(known.begin(), known.end(), type) != known.end()) {
            continue;
        }
        const auto meant = nearest(type, known);
        std::fprintf(stderr, "verohook: '%s' is no type of Vero's%s\n", printable(type, 64).c_str(),
                     meant ? ("; did you mean '" + std::string(*meant) + "'?").c_str() : "");
    }
}

}  // namespace

int tail(const TailArguments& arguments) {
    warn_of_unknown_types(arguments.types);
    std::filesystem::path folder = arguments.state_dir;
    if (folder.empty()) {
        const auto settings = load_settings(arguments.common.config);
        if (!settings) {
            return fail(exit_configuration, settings.error());
        }
        folder = settings->state_dir;
    }
    auto reader = journal::open_journal_reader(folder);
    if (!reader) {
        return fail(exit_state, reader.error());
    }
    const auto position = start_position(arguments, **reader);
    if (!position) {
        return fail(position.error().code == ErrorCode::invalid_input ? exit_usage : exit_state,
                    position.error());
    }
    auto lines = arguments.lines;
    if (!lines && arguments.since.empty()) {
        lines = default_lines;
    }
    Tail output(arguments, **reader);
    auto done = output.print_existing(*position, lines);
    if (done && arguments.follow) {
        done = output.follow();
    }
    return done ? exit_success : fail(exit_state, done.error());
}

}  // namespace verohook::app
