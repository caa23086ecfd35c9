#include "event/leftovers.hpp"

#include "base/text.hpp"

#include <array>

namespace verohook::event {

namespace {

constexpr std::size_t problems_max = 32;
}  // namespace

Leftovers::~Leftovers() {
    if (parent_ != nullptr && !own_.empty()) {
        parent_->members_.push_back(std::string(name_), std::move(own_));
    }
}

void Leftovers::keep(std::string_view name, Value value) {
    members_.push_back(std::string(name), std::move(value));
}

void Leftovers::keep_wrong(std::string_view name, Value value, std::string_view expected) {
    std::string problem;
    append_path(problem);
    problem.append(printable(name, shown_bytes_max)).append(" is ").append(kind_of(value));
    problem.append(" where ").append(expected).append(" was expected");
    complain(std::move(problem));
    keep(name, std::move(value));
}

void Leftovers::append_path(std::string& out) const {
    if (parent_ != nullptr) {
        parent_->append_path(out);
        out.append(name_).append(".");
    }
}

void Leftovers::complain(std::string problem) {
    if (problems_.size() < problems_max) {
        problems_.push_back(std::move(problem));
    } else if (problems_.size() == problems_max) {
        problems_.emplace_back("there are more problems than are listed");
    }
}

std::string_view kind_of(const Value& value) {
    static constexpr std::array<std::string_view, std::variant_size_v<Value::Variant>> kinds{
        "null", "a boolean", "a number", "a string", "an array", "an object"};
    return kinds[value.data().index()];
}

bool take(Value& value, Field<std::string>& member) {
    if (auto* const text = value.get_if<std::string>()) {
        member = std::move(*text);
        return true;
    }
    if (value.is_null()) {
        member = nullptr;
        return true;
    }
    return false;
}

bool take(Value& value, Field<Id>& member) {
    if (auto* const number = value.get_if<Number>()) {
        member = Id{std::move(number->text), true};
        return true;
    }
    if (auto* const text = value.get_if<std::string>()) {
        member = Id{std::move(*text), false};
        return true;
    }
    if (value.is_null()) {
        member = nullptr;
        return true;
    }
    return false;
}

bool take(Value& value, Field<Array>& member) {
    if (auto* const array = value.get_if<Array>()) {
        member = std::move(*array);
        return true;
    }
    if (value.is_null()) {
        member = nullptr;
        return true;
    }
    return false;
}

}  // namespace verohook::event
