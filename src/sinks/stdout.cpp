#include "sinks/lines.hpp"
#include "sinks/stream_writer.hpp"

#include <verohook/sink/sink.hpp>

#include <unistd.h>

/// One line an event on standard output, for pipes, containers and a first look. What a pipe's
/// other end makes of it is out of sight: delivered means written.
namespace verohook::sinks {

namespace {

class StdoutSink final : public sink::Sink {
public:
    sink::Outcome deliver(std::span<const sink::Item> batch) override {
        lines_.clear();
        for (const sink::Item& item : batch) {
            lines_.append(item.text);
            lines_.append("\n");
            lines_.end(item.envelope.seq);
        }
        return writer_.write(lines_);
    }

private:
    Lines lines_;
    StreamWriter writer_{STDOUT_FILENO, "standard output"};
};

Result<std::unique_ptr<sink::Sink>> make(const sink::SinkContext& /*context*/) {
    return std::unique_ptr<sink::Sink>(std::make_unique<StdoutSink>());
}

}  // namespace

const sink::SinkKind& stdout_kind() {
    static const sink::SinkKind kind{
        .name = "stdout",
        .summary = "One line an event on standard output.",
        .options = {},
        .make = make,
        .erase_by_hand =
            "what was written to standard output is wherever that leads: erase it there"};
    return kind;
}

}  // namespace verohook::sinks
