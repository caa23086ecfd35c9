#include "admin/forgetting.hpp"

#include "admin/forget_sinks.hpp"
#include "admin/unfinished.hpp"
#include "base/log.hpp"
#include "base/thread.hpp"
#include "delivery/erase.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace verohook::admin {

namespace {

using Finding = delivery::PersonSearch::Finding;

// What one commit of the journal erases: those who wait for it should not notice.
constexpr std::size_t piece_records_max = 256;
constexpr std::size_t piece_bytes_max = std::size_t{1} * 1024 * 1024;
constexpr std::chrono::milliseconds look_interval{20};

journal::Erasure erasure_of(const journal::Record& record, const delivery::PersonSearch& search,
                            std::string letter_of = {}) {
    const bool malformed = record.kind == journal::Kind::malformed;
    const bool with_type = search.is_named_by_type(record);
    return {record.seq,
            malformed ? "" : event::erased_body(with_type ? "" : record.type, record.occurred_at),
            std::move(letter_of), with_type};
}

Error stopping() {
    return {ErrorCode::stopping, "the program is stopping; run the same once more"};
}

std::optional<delivery::TaskStatus> task_of(const delivery::Delivery& delivery, std::uint64_t id) {
    for (const delivery::SinkStatus& sink : delivery.status()) {
        for (const delivery::TaskStatus& task : sink.tasks) {
            if (task.id == id) {
                return task;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Result<ForgetStatus> Forgetting::begin(const ForgetRequest& request, delivery::Delivery& delivery) {
    const event::PersonFinder finder(request.who, request.who);
    if (finder.names_address(request.note) || finder.names_id(request.note)) {
        return Error{ErrorCode::invalid_input, "the note names the person, and would be kept"};
    }
    const std::lock_guard lock(mutex_);
    if (!status_.state.empty() && !status_.has_ended()) {
        return Error{ErrorCode::locked, "somebody is being erased; wait for the end of it"};
    }
    if (thread_.joinable()) {
        thread_.join();
    }
    status_ = {.state = "looking", .begun = clock_.now(), .note = request.note};
    thread_ = std::jthread([this, named = delivery::person_of(request.who),
                            &delivery](const std::stop_token& stop) mutable {
        run(stop, std::move(named), delivery);
    });
    return status_;
}

ForgetStatus Forgetting::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void Forgetting::run(const std::stop_token& stop, sink::Person named,
                     delivery::Delivery& delivery) {
    set_up_thread("forget", Urgency::background);
    log::info("somebody is being erased");
    const Result<void> done = work(stop, std::move(named), delivery);
    // The last use of the lock: whoever sees the end may hold it and wait for this thread.
    const ForgetStatus ended = change([&](ForgetStatus& status) {
        status.state = done ? "done" : "failed";
        status.error = done ? "" : done.error().message;
    });
    log::info("the erasure " + std::string(done ? "is done" : "has failed") + ": " +
              std::to_string(ended.events) + " events, " + std::to_string(ended.malformed) +
              " malformed bodies, " + std::to_string(ended.dead_letters) + " dead letters" +
              (done ? ", report " + std::to_string(ended.report) : ": " + ended.error));
}

Result<void> Forgetting::work(const std::stop_token& stop, sink::Person named,
                              delivery::Delivery& delivery) {
    const auto unfinished = journal_.unfinished_erasures();
    if (!unfinished) {
        return unfinished.error();
    }
    std::vector<std::uint64_t> kept = take_up(named, *unfinished);
    const std::size_t given = named.ids.size();
    delivery::PersonSearch search(std::move(named));
    if (auto done = learn(stop, search); !done) {
        return done;
    }
    const sink::Person& person = search.settle();
    // What is erased tells no more whose the address was, and the end may be far: a sink is down.
    if (!kept.empty() || person.ids.size() > given) {
        const auto number = journal_.replace_unfinished(std::move(kept), to_json(person));
        if (!number) {
            return number.error();
        }
        kept = {*number};
    }
    change([](ForgetStatus& status) { status.state = "erasing"; });
    if (auto done = erase_from_journal(stop, search); !done) {
        return done;
    }
    change([](ForgetStatus& status) { status.state = "sinks"; });
    erase_from_sinks(stop, person, delivery);
    if (stop.stop_requested()) {
        return stopping();
    }
    if (!kept.empty() && status().reached_sinks()) {
        if (const auto removed = journal_.replace_unfinished(std::move(kept), ""); !removed) {
            return removed.error();
        }
        if (auto done = scrub(); !done) {
            return done;
        }
    }
    return report(search);
}

Result<void> Forgetting::erase_from_journal(const std::stop_token& stop,
                                            const delivery::PersonSearch& search) {
    if (auto done = erase_records(stop, search); !done) {
        return done;
    }
    // After the records: a letter that is stored from now on has what is left of its record.
    if (auto done = erase_letters(search); !done) {
        return done;
    }
    return scrub();
}

Result<void> Forgetting::scrub() {
    const auto scrubbed = journal_.scrub();
    if (!scrubbed && scrubbed.error().code == ErrorCode::stopping) {
        return stopping();
    }
    change([&](ForgetStatus& status) {
        status.journal_problem = scrubbed ? "" : scrubbed.error().message;
    });
    return {};
}

Result<void> Forgetting::report(const delivery::PersonSearch& search) {
    ForgetStatus report = status();
    report.state = "done";
    for (SinkErasure& sink : report.sinks) {
        // What a target says may quote what it holds, and reports are kept.
        if (search.is_named(sink.out_of_reach)) {
            sink.out_of_reach = "left out, since it names the person";
        }
    }
    const auto number = journal_.add_erasure_report(clock_.now(), to_json(report));
    if (!number) {
        return Error{number.error().code,
                     "everything was done but the report: " + number.error().message};
    }
    change([&](ForgetStatus& status) { status.report = *number; });
    return {};
}

Result<void> Forgetting::tick(const std::stop_token& stop, const journal::Record& record) {
    constexpr journal::Seq told_every = 1024;
    if (record.seq % told_every == 0) {
        change([&](ForgetStatus& status) {
            status.position = record.seq;
            status.last = journal_.newest();
        });
    }
    return stop.stop_requested() ? Result<void>(stopping()) : Result<void>();
}

Result<void> Forgetting::learn(const std::stop_token& stop, delivery::PersonSearch& search) {
    return delivery::each_record(journal_, [&](const journal::Record& record) {
        search.learn(record);
        return tick(stop, record);
    });
}

Result<void> Forgetting::erase_records(const std::stop_token& stop,
                                       const delivery::PersonSearch& search) {
    std::vector<journal::Erasure> piece;
    std::uint64_t malformed = 0;
    std::size_t bytes = 0;
    const auto erase_piece = [&]() -> Result<void> {
        const auto erased = erase(piece);
        if (!erased) {
            return erased.error();
        }
        bytes = 0;
        change([&](ForgetStatus& status) {
            // Retention may have been faster with some of them.
            const std::uint64_t bodies = std::min(*erased, std::exchange(malformed, 0));
            status.malformed += bodies;
            status.events += *erased - bodies;
        });
        return {};
    };
    const auto searched =
        delivery::each_record(journal_, [&](const journal::Record& record) -> Result<void> {
            const Finding finding = search.judge(record);
            if (finding == Finding::unclear) {
                change([](ForgetStatus& status) { ++status.unclear; });
            } else if (finding != Finding::nothing) {
                piece.push_back(erasure_of(record, search));
                malformed += finding == Finding::malformed ? 1 : 0;
                bytes += record.body.size();
            }
            if (piece.size() >= piece_records_max || bytes >= piece_bytes_max) {
                if (auto done = erase_piece(); !done) {
                    return done;
                }
            }
            return tick(stop, record);
        });
    return searched ? erase_piece() : searched;
}

Result<void> Forgetting::erase_letters(const delivery::PersonSearch& search) {
    const auto counts = journal_.letter_counts();
    if (!counts) {
        return counts.error();
    }
    for (const auto& [sink, ignored] : *counts) {
        for (journal::Seq after = 0;;) {
            const auto letters = journal_.letters(sink, after, {.records_max = piece_records_max});
            if (!letters) {
                return letters.error();
            }
            if (letters->empty()) {
                break;
            }
            after = letters->back().seq;
            std::vector<journal::Erasure> piece;
            for (const journal::StoredLetter& letter : *letters) {
                if (search.concerns(letter)) {
                    piece.push_back(letter.record ? erasure_of(*letter.record, search, sink)
                                                  : journal::Erasure{letter.seq, "", sink});
                }
            }
            const auto erased = erase(piece);
            if (!erased) {
                return erased.error();
            }
            change([&](ForgetStatus& status) { status.dead_letters += *erased; });
        }
    }
    return {};
}

Result<std::uint64_t> Forgetting::erase(std::vector<journal::Erasure>& piece) {
    return piece.empty() ? Result<std::uint64_t>(std::uint64_t{0})
                         : journal_.erase(std::exchange(piece, {}));
}

void Forgetting::erase_from_sinks(const std::stop_token& stop, const sink::Person& person,
                                  delivery::Delivery& delivery) {
    for (const KnownSink& sink : with_gone(sinks_.all(), journal_.positions())) {
        SinkErasure erased = erase_from(stop, sink, person, delivery);
        change([&](ForgetStatus& status) { status.sinks.push_back(std::move(erased)); });
    }
}

SinkErasure Forgetting::erase_from(const std::stop_token& stop, const KnownSink& sink,
                                   const sink::Person& person, delivery::Delivery& delivery) {
    if (auto known = known_of(sink, journal_.positions())) {
        return std::move(*known);
    }
    SinkErasure found{.name = sink.name, .kind = sink.kind};
    const auto outcome = std::make_shared<delivery::ErasedThere>();
    const auto submitted = delivery.submit(sink.name, delivery::make_erase(person, outcome));
    std::string problem = submitted ? "" : submitted.error().message;
    while (submitted && !outcome->get()) {
        const auto task = task_of(delivery, submitted->id);
        if (!task || delivery::has_ended(task->state) || stop.stop_requested()) {
            problem = !outcome->get() && task ? task->last_error : "";
            break;
        }
        std::this_thread::sleep_for(look_interval);
    }
    if (const auto erased = outcome->get()) {
        found.records = erased->records;
        found.out_of_reach = erased->out_of_reach;
        return found;
    }
    found.again = true;
    found.out_of_reach = "it could not be reached now, so run this once more: " + problem;
    return found;
}

}  // namespace verohook::admin
