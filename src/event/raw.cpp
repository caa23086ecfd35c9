#include "event/raw.hpp"

#include "base/text.hpp"

#include <verohook/base/json_text.hpp>

#include <cstddef>

namespace verohook::event {

namespace {

bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

/// Appends the string whose opening quote stands at `begin`; returns the place after its end.
std::size_t append_string(std::string& out, std::string_view body, std::size_t begin) {
    std::size_t run = begin;
    std::size_t at = begin + 1;
    while (at < body.size() && body[at] != '"') {
        if (body[at] == '\\') {
            // The escaped character may be a quote; it is never a dangerous one.
            at += 2;
            continue;
        }
        if (static_cast<unsigned char>(body[at]) < 0x7F) {
            ++at;
            continue;
        }
        const auto step = utf8_step(body, at);
        const std::size_t length = step ? step->length : 1;
        if (step && is_dangerous(step->code_point)) {
            out.append(body.substr(run, at - run));
            append_unicode_escape(out, step->code_point);
            run = at + length;
        }
        at += length;
    }
    ++at;
    out.append(body.substr(run, at - run));
    return at;
}

}  // namespace

void append_compacted(std::string& out, std::string_view body) {
    std::size_t run = 0;
    for (std::size_t at = 0; at < body.size();) {
        if (body[at] == '"') {
            out.append(body.substr(run, at - run));
            at = append_string(out, body, at);
            run = at;
        } else if (is_blank(body[at])) {
            out.append(body.substr(run, at - run));
            run = ++at;
        } else {
            ++at;
        }
    }
    out.append(body.substr(run));
}

}  // namespace verohook::event
