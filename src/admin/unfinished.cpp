#include "admin/unfinished.hpp"

#include "admin/json_support.hpp"
#include "event/person.hpp"

#include <algorithm>

namespace verohook::admin {

namespace {

std::vector<std::string> texts_of(const Json& json, const char* name) {
    std::vector<std::string> texts;
    if (const auto found = json.find(name); found != json.end() && found->is_array()) {
        for (const Json& text : *found) {
            if (text.is_string()) {
                texts.push_back(text.get<std::string>());
            }
        }
    }
    return texts;
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

void add_missing(std::vector<std::string>& texts, const std::vector<std::string>& more) {
    std::copy_if(more.begin(), more.end(), std::back_inserter(texts),
                 [&](const std::string& text) { return !contains(texts, text); });
}

}  // namespace

std::string to_json(const sink::Person& person) {
    return dump({{"ids", person.ids}, {"emails", person.emails}});
}

std::vector<std::uint64_t> take_up(sink::Person& person,
                                   const std::vector<journal::UnfinishedErasure>& unfinished) {
    std::vector<std::uint64_t> numbers;
    for (const journal::UnfinishedErasure& each : unfinished) {
        const Json json = parse_object(each.names);
        const std::vector<std::string> ids = texts_of(json, "ids");
        const std::vector<std::string> emails = texts_of(json, "emails");
        const event::PersonFinder finder({}, person.emails);
        const bool same = std::any_of(ids.begin(), ids.end(),
                                      [&](const auto& id) { return contains(person.ids, id); }) ||
                          std::any_of(emails.begin(), emails.end(),
                                      [&](const auto& email) { return finder.is_address(email); });
        if (same) {
            add_missing(person.ids, ids);
            add_missing(person.emails, emails);
            numbers.push_back(each.number);
        }
    }
    return numbers;
}

}  // namespace verohook::admin
