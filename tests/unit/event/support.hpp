#pragma once

#include "support/paths.hpp"

#include <verohook/event/codec.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::event {

inline constexpr Timestamp sample_time{std::chrono::seconds{1'795'392'000}};

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::filesystem::path payload_folder() {
    return test::source_folder() / "tests" / "data" / "payloads";
}

inline std::string payload(std::string_view name) {
    return read_file(payload_folder() / (std::string(name) + ".json"));
}

/// Names, without `.json`, of Vero's own samples that are valid.
inline std::vector<std::string> payload_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(payload_folder())) {
        const std::string name = entry.path().stem().string();
        if (!name.ends_with(".invalid")) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

inline Envelope sample_envelope() {
    Envelope envelope;
    envelope.seq = 7;
    envelope.id = "0123456789abcdef0123456789abcdef";
    envelope.received_at = Timestamp{std::chrono::microseconds{1'795'392'000'123'456}};
    return envelope;
}

/// The event of a body that has to be one.
inline Event decoded(std::string_view body) {
    auto event = decode(body);
    if (!event) {
        ADD_FAILURE() << event.error().message << " at " << event.error().offset << ": " << body;
        return {};
    }
    return *std::move(event);
}

inline std::string encoded(std::string_view body, Format format = Format::json) {
    std::string line;
    encode(format, sample_envelope(), decoded(body), body, line);
    return line;
}

inline std::string json_of(const Object& object) {
    std::string out;
    append_json(out, object);
    return out;
}

inline std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t count = 0; count < times; ++count) {
        out += text;
    }
    return out;
}

}  // namespace verohook::event
