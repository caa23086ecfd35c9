#pragma once

#include "event/person.hpp"
#include "journal/journal.hpp"

#include <verohook/sink/sink.hpp>

#include <map>
#include <string>

namespace verohook::delivery {

/// Which records concern a person. Looks through the journal twice: first it learns which customers
/// have one of the person's addresses, then it judges. One thread.
class PersonSearch {
public:
    explicit PersonSearch(sink::Person person);

    /// Every record, in order. Whose latest address, by the rule of docs/customers.md, is one of
    /// the person's, is the person.
    void learn(const journal::Record& record);
    /// After that: the person, with the ids of those customers.
    [[nodiscard]] const sink::Person& settle();

    enum class Finding {
        nothing,
        event,
        malformed,  ///< Names an address.
        /// May be of the person: malformed and has an id as a word or is compressed, or damaged.
        unclear,
    };
    [[nodiscard]] Finding judge(const journal::Record& record) const;
    /// Whether a dead letter is to be erased: its copy, or the reason for which it was rejected.
    [[nodiscard]] bool concerns(const journal::StoredLetter& letter) const;
    /// Whether a sentence of a sink names the person.
    [[nodiscard]] bool is_named(std::string_view text) const { return finder_.names_address(text); }
    /// Whether an event's type does. Vero's own cannot.
    [[nodiscard]] bool is_named_by_type(const journal::Record& record) const;

private:
    sink::Person person_;
    event::PersonFinder finder_;
    std::map<std::string, bool> customers_;  ///< Ids, and whether the address is theirs now.
};

/// Where records are read from: a journal, or a reader of its file.
template <class Reader, class Visitor>
[[nodiscard]] Result<void> each_record(Reader& reader, Visitor visit) {
    for (journal::Seq after = 0;;) {
        const auto records = reader.read(after, {});
        if (!records) {
            return records.error();
        }
        if (records->empty()) {
            return {};
        }
        for (const journal::RecordPtr& record : *records) {
            if (Result<void> done = visit(*record); !done) {
                return done;
            }
        }
        after = records->back()->seq;
    }
}

/// The names by which people are asked for: each is an id, and an address too if it looks like one.
[[nodiscard]] sink::Person person_of(const std::vector<std::string>& names);

}  // namespace verohook::delivery
