#include "app/commands.hpp"
#include "app/confirm.hpp"
#include "app/control.hpp"
#include "app/event_text.hpp"
#include "app/exit_status.hpp"
#include "app/settings.hpp"
#include "app/text_table.hpp"
#include "base/text.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>
#include <string>

namespace verohook::app {

namespace {

using LetterVisitor = std::function<void(const std::string& sink, const journal::StoredLetter&)>;

/// Every dead letter of one sink, or of all where `only` is empty.
Result<void> visit(journal::JournalReader& reader, const std::string& only,
                   const LetterVisitor& visitor) {
    const auto counts = reader.letter_counts();
    if (!counts) {
        return counts.error();
    }
    for (const auto& [sink, count] : *counts) {
        for (journal::Seq after = 0; only.empty() || only == sink;) {
            const auto letters = reader.letters(sink, after, {});
            if (!letters) {
                return letters.error();
            }
            if (letters->empty()) {
                break;
            }
            for (const journal::StoredLetter& letter : *letters) {
                visitor(sink, letter);
            }
            after = letters->back().seq;
        }
    }
    return {};
}

/// Has a letter's event decoded for as long as `use` runs.
void with_event(const journal::StoredLetter& letter, const std::function<void(const Shown&)>& use) {
    const journal::Record& record = *letter.record;
    Shown shown{
        record,
        {record.seq, to_hex(record.id), record.received_at, record.duplicate_of, record.erased}};
    const auto decoded = event::decode(record.body);
    if (decoded) {
        shown.event = &*decoded;
    }
    use(shown);
}

std::string json_text(const std::string& sink, const journal::StoredLetter& letter) {
    std::string line = R"({"sink":)";
    event::append_json_string(line, sink);
    line += R"(,"seq":)" + std::to_string(letter.seq) + R"(,"at":")" + format_micros(letter.at) +
            R"(","reason":)";
    event::append_json_string(line, letter.reason);
    line += R"(,"event":)";
    if (letter.record) {
        with_event(letter, [&](const Shown& shown) { line += json_line(shown); });
    } else {
        line += "null";
    }
    return line + "}\n";
}

std::string user_of(const Shown& shown) {
    const auto* user = shown.event == nullptr ? nullptr : &event::common(*shown.event).user;
    if (user == nullptr || !*user) {
        return "-";
    }
    if ((*user)->email) {
        return printable(*(*user)->email, 64);
    }
    return (*user)->id ? printable((*user)->id->text, 64) : "-";
}

int list(journal::JournalReader& reader, const DeadArguments& arguments) {
    TextTable table({{"SINK"}, {"SEQ", Align::right}, {"AT"}, {"TYPE"}, {"USER"}, {"REASON"}});
    bool any = false;
    const auto visited = visit(
        reader, arguments.sink, [&](const std::string& sink, const journal::StoredLetter& letter) {
            any = true;
            if (arguments.json) {
                std::fputs(json_text(sink, letter).c_str(), stdout);
                return;
            }
            std::string user = "-";
            if (letter.record) {
                with_event(letter, [&](const Shown& shown) { user = user_of(shown); });
            }
            table.add({{sink},
                       {std::to_string(letter.seq)},
                       {format_seconds(letter.at)},
                       {letter.record ? printable(letter.record->type, 32) : "-"},
                       {user},
                       {printable(letter.reason, 160)}});
        });
    if (!visited) {
        return fail(exit_state, visited.error());
    }
    if (!arguments.json) {
        std::fputs(any ? table.text().c_str() : "there are no dead letters\n", stdout);
    }
    return exit_success;
}

int show(journal::JournalReader& reader, const DeadArguments& arguments) {
    const journal::Seq seq = arguments.seqs.front();
    const auto found = seq == 0 ? Result<std::vector<journal::StoredLetter>>(Error{})
                                : reader.letters(arguments.sink, seq - 1, {.records_max = 1});
    if (!found || found->empty() || found->front().seq != seq) {
        return fail(exit_failure,
                    {ErrorCode::not_found, "sink '" + printable(arguments.sink, 64) +
                                               "' has no dead letter " + std::to_string(seq)});
    }
    const journal::StoredLetter& letter = found->front();
    if (arguments.json) {
        std::fputs(json_text(arguments.sink, letter).c_str(), stdout);
        return exit_success;
    }
    std::string out = "sink      " + arguments.sink + "\nseq       " + std::to_string(seq) +
                      "\nrejected  " + format_seconds(letter.at) + "\nreason    " +
                      printable(letter.reason, letter.reason.size()) + "\n";
    if (letter.record) {
        with_event(letter, [&](const Shown& shown) {
            out += "event     " + json_line(shown) + "\nbody      " +
                   printable(shown.record.body, shown.record.body.size()) + "\n";
        });
    } else {
        out += "event     its copy is gone: retention was faster\n";
    }
    std::fputs(out.c_str(), stdout);
    return exit_success;
}

/// Which sinks a change is about; those that have dead letters where none is named.
Result<std::set<std::string>> sinks_of(journal::JournalReader& reader,
                                       const DeadArguments& arguments) {
    const auto counts = reader.letter_counts();
    if (!counts) {
        return counts.error();
    }
    std::set<std::string> sinks;
    for (const auto& [sink, count] : *counts) {
        if (arguments.sink.empty() || arguments.sink == sink) {
            sinks.insert(sink);
        }
    }
    if (!arguments.seqs.empty() && sinks.size() > 1) {
        return Error{ErrorCode::invalid_input,
                     "several sinks have dead letters: say which with --sink"};
    }
    return sinks;
}

int retry(admin::Control& control, const std::set<std::string>& sinks,
          const admin::Letters& letters) {
    int status = exit_success;
    for (const std::string& sink : sinks) {
        const auto begun = control.retry(sink, letters);
        const auto ended = begun ? follow(control, *begun) : begun;
        if (!ended) {
            status = fail(exit_failure, ended.error());
            continue;
        }
        std::printf(
            "sink '%s': %s taken, %s rejected again, %s left out by its filter, %s not "
            "there\n",
            sink.c_str(), with_thousands(ended->delivered).c_str(),
            with_thousands(ended->rejected).c_str(), with_thousands(ended->filtered).c_str(),
            with_thousands(ended->missing).c_str());
        if (ended->state != delivery::TaskState::done) {
            std::fflush(stdout);
            status = fail(exit_failure, {ErrorCode::unavailable,
                                         "sink '" + sink + "' takes nothing now, so the rest " +
                                             "stays: " + printable(ended->last_error)});
        } else if (ended->rejected + ended->missing > 0) {
            status = exit_failure;
        }
    }
    return status;
}

int drop(admin::Control& control, const std::set<std::string>& sinks,
         const admin::Letters& letters) {
    std::uint64_t dropped = 0;
    for (const std::string& sink : sinks) {
        const auto count = control.drop(sink, letters);
        if (!count) {
            return fail(exit_failure, count.error());
        }
        std::printf("sink '%s': %s dead letters dropped\n", sink.c_str(),
                    with_thousands(*count).c_str());
        dropped += *count;
    }
    if (!letters.all && dropped < letters.seqs.size()) {
        std::fflush(stdout);
        return fail(exit_failure,
                    {ErrorCode::not_found,
                     with_thousands(letters.seqs.size() - dropped) + " of them were not there"});
    }
    return exit_success;
}

int change(const config::Settings& settings, const std::set<std::string>& sinks,
           const DeadArguments& arguments) {
    const bool drops = arguments.action == DeadAction::drop;
    const admin::Letters letters{arguments.seqs.empty(), arguments.seqs};
    const std::string names = join(std::vector<std::string>(sinks.begin(), sinks.end()));
    const std::string what = letters.all
                                 ? "all dead letters of "
                                 : with_thousands(letters.seqs.size()) + " dead letters of ";
    if (drops && !arguments.yes && !confirmed("drop " + what + names, "They")) {
        return exit_failure;
    }
    // What is dropped needs no sink, which may not even be in the configuration any more.
    const auto control = open_control(settings, drops ? std::set<std::string>{} : sinks);
    if (!control) {
        return fail(control_status(control.error()), control.error());
    }
    return drops ? drop(**control, sinks, letters) : retry(**control, sinks, letters);
}

/// A name that was mistyped must not look as if all were well.
Result<void> check_sink(journal::JournalReader& reader, const config::Settings& settings,
                        const std::string& name) {
    const auto positions = reader.positions();
    if (!positions) {
        return positions.error();
    }
    const bool is_configured =
        std::any_of(settings.sinks.begin(), settings.sinks.end(),
                    [&](const config::SinkConfig& sink) { return sink.name == name; });
    if (name.empty() || is_configured || positions->contains(name)) {
        return {};
    }
    return Error{ErrorCode::not_found, "there is no sink '" + printable(name, 64) + "'"};
}

}  // namespace

int dead(const DeadArguments& arguments) {
    const auto settings = load_settings(arguments.common.config);
    if (!settings) {
        return fail(exit_configuration, settings.error());
    }
    std::set<std::string> sinks;
    {
        auto reader = journal::open_journal_reader(settings->state_dir);
        if (!reader) {
            return fail(exit_state, reader.error());
        }
        if (const auto known = check_sink(**reader, *settings, arguments.sink); !known) {
            return fail(known.error().code == ErrorCode::not_found ? exit_failure : exit_state,
                        known.error());
        }
        if (arguments.action == DeadAction::list) {
            return list(**reader, arguments);
        }
        if (arguments.action == DeadAction::show) {
            return show(**reader, arguments);
        }
        auto found = sinks_of(**reader, arguments);
        if (!found) {
            return fail(found.error().code == ErrorCode::invalid_input ? exit_usage : exit_state,
                        found.error());
        }
        sinks = std::move(*found);
    }
    if (sinks.empty()) {
        const bool asked_for_some = !arguments.seqs.empty();
        std::fputs("there are no dead letters\n", asked_for_some ? stderr : stdout);
        return asked_for_some ? exit_failure : exit_success;
    }
    return change(*settings, sinks, arguments);
}

}  // namespace verohook::app
