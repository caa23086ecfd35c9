#pragma once

#include <verohook/event/codec.hpp>
#include <verohook/sink/sink.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace verohook::sinks {

/// Events as delivery would hand them to a sink, with `seq` counted up from `first`.
class TestEvents {
public:
    explicit TestEvents(const std::vector<std::string>& bodies, std::uint64_t first = 1,
                        event::Format format = event::Format::json);
    TestEvents(const TestEvents&) = delete;
    TestEvents& operator=(const TestEvents&) = delete;

    [[nodiscard]] std::span<const sink::Item> items() const { return items_; }

private:
    std::vector<std::string> bodies_;
    std::vector<std::string> texts_;
    std::vector<event::Envelope> envelopes_;
    std::vector<event::Event> events_;
    std::vector<sink::Item> items_;
};

/// `count` ordinary bodies of all types.
[[nodiscard]] std::vector<std::string> ordinary_bodies(std::size_t count);
/// As many, of three customers, so that much happens to each.
[[nodiscard]] std::vector<std::string> crowded_bodies(std::size_t count);
/// A body of at least `bytes`.
[[nodiscard]] std::string huge_body(std::size_t bytes);
/// An ordinary body of a customer with this id, which has no quotes in it.
[[nodiscard]] std::string body_with_id(const std::string& id);
/// A text of letters that no index can make smaller.
[[nodiscard]] std::string incompressible_text(std::size_t bytes);
/// A body whose texts try to forge a line and to paint a terminal.
[[nodiscard]] std::string hostile_body();

/// Seven events: all but the fifth name kay@x.example, who has another address by now; and the rows
/// `id, email, properties, tags, marks` of the customers without the address.
[[nodiscard]] std::vector<std::string> bodies_naming_kay();
[[nodiscard]] std::vector<std::string> customers_without_kay();

/// Every N of `"seq":N` or `seq=N` in `text`, in order.
[[nodiscard]] std::vector<std::uint64_t> seqs_in(std::string_view text);
/// `first`, `first + 1`, … `last`.
[[nodiscard]] std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last);
/// The first byte of a text that could hurt a terminal or a line; line ends of the target excepted.
[[nodiscard]] bool has_raw_control(std::string_view text);

}  // namespace verohook::sinks
