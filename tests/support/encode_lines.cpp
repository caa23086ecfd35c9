// Writes the lines that sinks would write, with a fixed envelope, for the schema's tests:
//   encode_lines [--format=NAME] [--generate=COUNT] FILE…
// one line for each body in a file, then COUNT made-up bodies of each type. A file that is not an
// event is an error.
#include "event/samples.hpp"

#include <verohook/event/codec.hpp>

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using verohook::event::Format;

bool write_line(Format format, std::string_view body, std::string_view name) {
    static std::uint64_t seq = 0;
    const auto decoded = verohook::event::decode(body);
    if (!decoded) {
        std::cerr << name << ": " << decoded.error().message << '\n';
        return false;
    }
    ++seq;
    verohook::event::Envelope envelope;
    envelope.seq = seq;
    envelope.id = "0123456789abcdef0123456789abcdef";
    envelope.received_at = verohook::Timestamp{std::chrono::microseconds{1'795'392'000'123'456}};
    if (seq % 5 == 0) {
        envelope.duplicate_of = seq - 1;
    }
    std::string line;
    verohook::event::encode(format, envelope, *decoded, body, line);
    std::cout << line << '\n';
    return true;
}

bool write_generated(Format format, std::uint64_t count) {
    const verohook::Timestamp now{std::chrono::seconds{1'795'392'000}};
    for (const std::string_view type : verohook::event::known_types()) {
        for (std::uint64_t number = 0; number < count; ++number) {
            if (!write_line(format, verohook::event::sample_body(type, number, now), type)) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Format format = Format::json;
    bool good = true;
    for (int index = 1; index < argc; ++index) {
        std::string_view argument = argv[index];
        if (argument.starts_with("--format=")) {
            argument.remove_prefix(argument.find('=') + 1);
            format = verohook::event::parse_format(argument).value();
        } else if (argument.starts_with("--generate=")) {
            argument.remove_prefix(argument.find('=') + 1);
            std::uint64_t count = 0;
            std::from_chars(argument.data(), argument.data() + argument.size(), count);
            good = write_generated(format, count) && good;
        } else {
            std::ifstream file{std::string(argument), std::ios::binary};
            const std::string body{std::istreambuf_iterator<char>(file), {}};
            good = write_line(format, body, argument) && good;
        }
    }
    return good ? 0 : 1;
}
