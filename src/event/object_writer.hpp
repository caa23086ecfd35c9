#pragma once

#include "event/json_text.hpp"

#include <verohook/event/codec.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace verohook::event {

/// Writes one JSON object straight to the end of a string. Names are ours: plain ASCII, so they are
/// written as they are. `out` must outlive it.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_(out) {}

    /// Begins a member; its value is to be appended to `out` next.
    std::string& name(std::string_view name) {
        out_ += first_ ? "{\"" : ",\"";
        out_ += name;
        out_ += "\":";
        first_ = false;
        return out_;
    }
    void text(std::string_view key, std::string_view value) {
        append_json_string(name(key), value);
    }
    void number(std::string_view key, std::uint64_t value) { append_number(name(key), value); }
    void object(std::string_view key, const Object& members) {
        if (!members.empty()) {
            append_json_object(name(key), members);
        }
    }

    /// A known member: nothing where it is absent, else null or its value.
    template <class T>
    void field(std::string_view key, const Field<T>& member) {
        if (!member.present()) {
            return;
        }
        name(key);
        if (member.is_null()) {
            out_ += "null";
        } else {
            append(*member);
        }
    }

    void end() { out_ += first_ ? "{}" : "}"; }

private:
    static void append_number(std::string& out, std::uint64_t value);
    void append(const std::string& value) { append_json_string(out_, value); }
    void append(const Id& value);
    void append(const Value& value) { append_json(out_, value); }
    void append(const Array& value) { append_json_array(out_, value); }
    void append(const User& value);
    void append(const Campaign& value);
    void append(const Trigger& value);
    void append(const TagChanges& value);
    void append(const Changes& value);

    std::string& out_;
    bool first_ = true;
};

}  // namespace verohook::event
