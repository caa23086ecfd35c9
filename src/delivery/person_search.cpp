#include "delivery/person_search.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <utility>

namespace verohook::delivery {

PersonSearch::PersonSearch(sink::Person person)
    : person_(std::move(person)), finder_(person_.ids, person_.emails) {}

void PersonSearch::learn(const journal::Record& record) {
    const bool is_event =
        record.kind == journal::Kind::recognized || record.kind == journal::Kind::unrecognized;
    if (person_.emails.empty() || !is_event || record.erased || record.duplicate_of) {
        return;
    }
    // Most events are of others, and need no decoding to know that.
    const std::string_view body = record.body;
    if (body.find('\\') == std::string_view::npos && !finder_.names_address(body) &&
        std::none_of(customers_.begin(), customers_.end(), [&](const auto& customer) {
            return body.find(customer.first) != std::string_view::npos;
        })) {
        return;
    }
    const auto event = event::decode(body);
    if (!event) {
        return;
    }
    const auto& user = event::common(*event).user;
    const event::AddressNews news = event::address_news(*event);
    if (!user || !user->id || user->id->text.empty() || !news.told) {
        return;
    }
    if (news.address && finder_.is_address(*news.address)) {
        customers_[user->id->text] = true;
    } else if (const auto known = customers_.find(user->id->text); known != customers_.end()) {
        known->second = false;
    }
}

const sink::Person& PersonSearch::settle() {
    for (const auto& [id, is_theirs] : customers_) {
        if (is_theirs &&
            std::find(person_.ids.begin(), person_.ids.end(), id) == person_.ids.end()) {
            person_.ids.push_back(id);
        }
    }
    finder_ = event::PersonFinder(person_.ids, person_.emails);
    return person_;
}

PersonSearch::Finding PersonSearch::judge(const journal::Record& record) const {
    if (record.erased) {
        return Finding::nothing;
    }
    if (record.kind == journal::Kind::damaged) {
        return Finding::unclear;
    }
    if (record.kind != journal::Kind::malformed) {
        return finder_.concerns(record.body) ? Finding::event : Finding::nothing;
    }
    if (finder_.names_address_escaped(record.body)) {
        return Finding::malformed;
    }
    // It is kept of those alone that could not be decompressed.
    if (record.headers.find("Content-Encoding: ") != std::string::npos) {
        return Finding::unclear;
    }
    return finder_.names_id(record.body) ? Finding::unclear : Finding::nothing;
}

bool PersonSearch::concerns(const journal::StoredLetter& letter) const {
    const Finding finding = letter.record ? judge(*letter.record) : Finding::nothing;
    return finding == Finding::event || finding == Finding::malformed || is_named(letter.reason);
}

bool PersonSearch::is_named_by_type(const journal::Record& record) const {
    return record.kind == journal::Kind::unrecognized &&
           (finder_.names_address(record.type) || finder_.names_id(record.type));
}

sink::Person person_of(const std::vector<std::string>& names) {
    sink::Person person{.ids = names, .emails = {}};
    std::copy_if(names.begin(), names.end(), std::back_inserter(person.emails),
                 [](const std::string& name) { return name.find('@') != std::string::npos; });
    return person;
}

}  // namespace verohook::delivery
