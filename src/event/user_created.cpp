#include "event/user_created.hpp"

#include "base/text.hpp"

#include <optional>
#include <unordered_map>

namespace verohook::event {

namespace {

void keep_conflict(Object::Member& member, Leftovers& leftovers) {
    leftovers.complain(printable(member.first, shown_bytes_max) +
                       " at the top level is not what user says");
    leftovers.keep(member.first, std::move(member.second));
}

/// Moves a top-level id or email to where `user` has none.
template <class T>
void adopt(Object::Member& member, Field<T>& own, std::string_view expected, Leftovers& leftovers) {
    Field<T> adopted;
    if (!take(member.second, adopted)) {
        leftovers.keep_wrong(member.first, std::move(member.second), expected);
    } else if (!own.present()) {
        own = std::move(adopted);
    } else if (adopted != own) {
        Value value = nullptr;
        if constexpr (std::is_same_v<T, Id>) {
            if (adopted) {
                value = adopted->is_number ? Value(Number{adopted->text}) : Value(adopted->text);
            }
        } else if (adopted) {
            value = Value(*adopted);
        }
        member.second = std::move(value);
        keep_conflict(member, leftovers);
    }
}

}  // namespace

void adopt_profile(std::vector<Object::Member> members, Field<User>& user, Leftovers& leftovers) {
    if (members.empty()) {
        return;
    }
    if (!user) {
        if (user.is_null()) {
            leftovers.keep("user", nullptr);
        }
        user = User{};
    }
    // An index, and all decisions before the first change: either side may have many members.
    std::unordered_map<std::string_view, const Value*> own;
    for (const auto& [name, value] : user->properties) {
        own.emplace(name, &value);
    }
    std::vector<Object::Member> adopted;
    for (auto& member : members) {
        if (member.first == "id") {
            adopt(member, user->id, expected_id, leftovers);
        } else if (member.first == "email") {
            adopt(member, user->email, expected_text, leftovers);
        } else if (const auto same = own.find(member.first); same == own.end()) {
            adopted.push_back(std::move(member));
        } else if (*same->second != member.second) {
            keep_conflict(member, leftovers);
        }
    }
    for (auto& [name, value] : adopted) {
        user->properties.push_back(std::move(name), std::move(value));
    }
}

}  // namespace verohook::event
