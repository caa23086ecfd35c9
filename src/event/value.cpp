#include <verohook/event/value.hpp>

#include <algorithm>
#include <cstddef>

namespace verohook::event {

namespace {

std::vector<const Object::Member*> sorted_by_name(const std::vector<Object::Member>& members) {
    std::vector<const Object::Member*> sorted;
    sorted.reserve(members.size());
    for (const auto& member : members) {
        sorted.push_back(&member);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* left, const auto* right) { return left->first < right->first; });
    return sorted;
}

}  // namespace

const Value* Object::find(std::string_view name) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.first == name; });
    return found == members_.end() ? nullptr : &found->second;
}

Value* Object::find(std::string_view name) {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.first == name; });
    return found == members_.end() ? nullptr : &found->second;
}

Value& Object::push_back(std::string name, Value value) {
    return emplace_back(std::move(name), std::move(value));
}

bool Object::empty() const {
    return members_.empty();
}

std::size_t Object::size() const {
    return members_.size();
}

std::vector<Object::Member>::const_iterator Object::begin() const {
    return members_.begin();
}

std::vector<Object::Member>::const_iterator Object::end() const {
    return members_.end();
}

std::vector<Object::Member>::iterator Object::begin() {
    return members_.begin();
}

std::vector<Object::Member>::iterator Object::end() {
    return members_.end();
}

bool Object::operator==(const Object& other) const {
    if (members_.size() != other.members_.size()) {
        return false;
    }
    // Sorting keeps the comparison of large objects from becoming quadratic.
    const auto left = sorted_by_name(members_);
    const auto right = sorted_by_name(other.members_);
    return std::equal(left.begin(), left.end(), right.begin(),
                      [](const Member* a, const Member* b) { return *a == *b; });
}

}  // namespace verohook::event
