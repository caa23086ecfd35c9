#include "sinks/table_erase.hpp"

#include <verohook/event/codec.hpp>

#include <vector>

namespace verohook::sinks {

namespace {

using event::Array;
using event::Object;
using event::PersonFinder;
using event::Value;

bool is_in_value(const PersonFinder& finder, const Value& value) {
    std::string json;
    event::append_json(json, value);
    return finder.concerns(json);
}

void cut_members(const PersonFinder& finder, Object& object) {
    object.erase_if([&](const Object::Member& member) {
        return finder.names_address(member.first) || is_in_value(finder, member.second);
    });
}

/// A text that names nobody stays as it was, to the byte. What is no JSON counts as empty to who
/// reads it.
template <class Cut>
std::string cut_json(const PersonFinder& finder, const std::string& json, const char* empty,
                     Cut cut) {
    if (!finder.concerns(json)) {
        return json;
    }
    auto value = event::parse_json(json);
    if (!value) {
        return empty;
    }
    cut(*value);
    std::string rest;
    event::append_json(rest, *value);
    return finder.concerns(rest) ? empty : rest;
}

}  // namespace

customers::ProfileText RowSearch::without(const customers::ProfileText& profile) const {
    const auto cut_object = [&](Value& value) {
        if (auto* const object = value.get_if<Object>()) {
            cut_members(finder_, *object);
        }
    };
    const auto cut_array = [&](Value& value) {
        if (auto* const array = value.get_if<Array>()) {
            std::erase_if(*array, [&](const Value& each) { return is_in_value(finder_, each); });
        }
    };
    // The marks of properties that go stay, as do those of any that was removed; unless the name
    // itself is told by them.
    const auto cut_marks = [&](Value& value) {
        if (auto* const marks = value.get_if<Object>()) {
            for (auto& [kind, names] : *marks) {
                cut_object(names);
            }
        }
    };
    return {cut_json(finder_, profile.properties, "{}", cut_object),
            cut_json(finder_, profile.tags, "[]", cut_array),
            cut_json(finder_, profile.marks, "{}", cut_marks)};
}

}  // namespace verohook::sinks
