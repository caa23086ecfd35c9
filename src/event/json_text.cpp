#include "event/json_text.hpp"

#include <verohook/event/codec.hpp>

namespace verohook::event {

namespace {

struct Appender {
    std::string& out;

    void operator()(std::nullptr_t) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(const Number& number) const { out += number.text; }
    void operator()(const std::string& text) const { append_json_string(out, text); }
    void operator()(const Array& array) const { append_json_array(out, array); }
    void operator()(const Object& object) const { append_json_object(out, object); }
};

}  // namespace

void append_json_array(std::string& out, const Array& array) {
    char separator = '[';
    for (const Value& element : array) {
        out += separator;
        append_json(out, element);
        separator = ',';
    }
    out += array.empty() ? "[]" : "]";
}

void append_json_object(std::string& out, const Object& object) {
    char separator = '{';
    for (const auto& [name, value] : object) {
        out += separator;
        append_json_string(out, name);
        out += ':';
        append_json(out, value);
        separator = ',';
    }
    out += object.empty() ? "{}" : "}";
}

void append_json(std::string& out, const Value& value) {
    std::visit(Appender{out}, value.data());
}

}  // namespace verohook::event
