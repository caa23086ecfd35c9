#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace verohook::event {

class Value;

/// A JSON number as it was written, so that no digit is ever lost.
struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
};

using Array = std::vector<Value>;

/// Members of a JSON object in the order in which they came, each name once.
class Object {
public:
    using Member = std::pair<std::string, Value>;

    [[nodiscard]] const Value* find(std::string_view name) const;
    [[nodiscard]] Value* find(std::string_view name);
    /// Adds a member whose name is known to be new.
    Value& push_back(std::string name, Value value);
    /// The same, with what its value is made of.
    template <class Content>
    Value& emplace_back(std::string&& name, Content&& content);
    /// Removes the members that `condition` holds for.
    template <class Condition>
    void erase_if(Condition condition) {
        std::erase_if(members_, condition);
    }
    [[nodiscard]] bool empty() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::vector<Member>::const_iterator begin() const;
    [[nodiscard]] std::vector<Member>::const_iterator end() const;
    [[nodiscard]] std::vector<Member>::iterator begin();
    [[nodiscard]] std::vector<Member>::iterator end();
    /// Equal members in any order (RFC 8259, section 4).
    bool operator==(const Object& other) const;

private:
    /// Vero's objects have up to a dozen members: one allocation instead of five.
    static constexpr std::size_t first_capacity = 12;

    std::vector<Member> members_;
};

/// Any JSON value, without loss: numbers as written, null kept, order kept.
class Value {
public:
    using Variant = std::variant<std::nullptr_t, bool, Number, std::string, Array, Object>;

    Value() = default;
    Value(std::nullptr_t) {}                                 // NOLINT(google-explicit-constructor)
    Value(bool value) : data_(value) {}                      // NOLINT(google-explicit-constructor)
    Value(Number value) : data_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
    Value(std::string value) : data_(std::move(value)) {}    // NOLINT(google-explicit-constructor)
    Value(const char* value) : data_(std::string(value)) {}  // NOLINT(google-explicit-constructor)
    Value(Array value) : data_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
    Value(Object value) : data_(std::move(value)) {}         // NOLINT(google-explicit-constructor)

    [[nodiscard]] const Variant& data() const { return data_; }
    [[nodiscard]] Variant& data() { return data_; }
    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
    template <class T>
    [[nodiscard]] const T* get_if() const {
        return std::get_if<T>(&data_);
    }
    template <class T>
    [[nodiscard]] T* get_if() {
        return std::get_if<T>(&data_);
    }
    bool operator==(const Value&) const = default;

private:
    Variant data_ = nullptr;
};

template <class Content>
Value& Object::emplace_back(std::string&& name, Content&& content) {
    if (members_.capacity() == 0) {
        members_.reserve(first_capacity);
    }
    return members_.emplace_back(std::move(name), std::forward<Content>(content)).second;
}

}  // namespace verohook::event
