#include "test_events.hpp"

#include "base/text.hpp"
#include "event/samples.hpp"

#include <charconv>
#include <numeric>
#include <random>
#include <utility>

namespace verohook::sinks {

namespace {

const Timestamp received = *parse_rfc3339("2026-11-23T23:57:41.123456Z");

/// 32 digits, as real ids have, and each once.
std::string id_of(std::uint64_t seq) {
    constexpr std::size_t digits = 32;
    const std::string number = std::to_string(10 + seq);
    return std::string(digits - number.size(), '0') + number;
}

}  // namespace

TestEvents::TestEvents(const std::vector<std::string>& bodies, std::uint64_t first,
                       event::Format format)
    : bodies_(bodies) {
    for (std::size_t index = 0; index < bodies_.size(); ++index) {
        const std::uint64_t seq = first + index;
        envelopes_.push_back({seq, id_of(seq), received, std::nullopt});
        auto decoded = event::decode(bodies_[index]);
        VEROHOOK_CHECK(decoded.has_value());
        events_.push_back(std::move(*decoded));
        texts_.emplace_back();
        event::encode(format, envelopes_.back(), events_.back(), bodies_[index], texts_.back());
    }
    for (std::size_t index = 0; index < bodies_.size(); ++index) {
        items_.push_back({envelopes_[index], events_[index], bodies_[index], texts_[index]});
    }
}

std::vector<std::string> ordinary_bodies(std::size_t count) {
    const auto& types = event::known_types();
    std::vector<std::string> bodies;
    for (std::size_t index = 0; index < count; ++index) {
        bodies.push_back(event::sample_body(types[index % types.size()], index, received));
    }
    return bodies;
}

std::vector<std::string> crowded_bodies(std::size_t count) {
    auto bodies = ordinary_bodies(count);
    for (std::size_t index = 0; index < bodies.size(); ++index) {
        const std::size_t id = bodies[index].find("\"id\":");
        bodies[index].insert(id + 5, std::to_string(index % 3) + ",\"was\":");
    }
    return bodies;
}

std::string huge_body(std::size_t bytes) {
    return R"({"type":"bounced","bounced_at":1435016238,"bounce_message":")" +
           std::string(bytes, 'x') + R"("})";
}

std::string body_with_id(const std::string& id) {
    return R"({"type":"opened","opened_at":1435016238,"user":{"id":")" + id + R"("}})";
}

std::string incompressible_text(std::size_t bytes) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::mt19937_64 random(20261124);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time.
    std::string text;
    for (std::size_t index = 0; index < bytes; ++index) {
        text += letters[random() % letters.size()];
    }
    return text;
}

std::string hostile_body() {
    return "{\"type\":\"bounced\",\"bounced_at\":1435016238,"
           "\"user\":{\"id\":\"1\\nforged seq=99\",\"email\":\"\\u001b[31mred\\u0007@x.y\"},"
           "\"campaign\":{\"name\":\"a\\r\\nb \\\"c\\\" \\\\ \\u2028 \\u202e \\u0085 \\u007f "
           "\x7f\"},"
           "\"bounce_message\":\"\\t\\u0000\",\"message_id\":\"\xc2\x9b\xe2\x80\xa9\"}";
}

std::vector<std::string> bodies_naming_kay() {
    return {R"({"type":"user_updated","user":{"id":7},"changes":{"plan":"gold","ref":"Friend of )"
            R"(Kay@x.example.","kay@x.example":1,"_tags":{"add":["kay@x.example","vip"]}}})",
            R"({"type":"user_created","user":{"id":"k","email":"kay@x.example"}})",
            R"({"type":"user_updated","user":{"id":"k"},"changes":{"email":"k@new.example",)"
            R"("old":["kay\u0040x.example"],"age":1.0}})",
            R"({"type":"sent","user":{"id":"Kay@X.example"},"campaign":{"id":9}})",
            R"({"type":"user_updated","user":{"id":8,"email":"mckay@x.example"},)"
            R"("changes":{"ref":"mckay@x.example","path":"a\/b"}})",
            R"({"type":"sent","user":{"id":9},"campaign":{"sent_to":"kay\u0040x.example"}})",
            R"({"type":"opened","user":{"id":"Kay@X.example"},"campaign":{"id":9}})"};
}

std::vector<std::string> customers_without_kay() {
    return {R"(7|null|{"plan":"gold"}|["vip"]|{"properties":{"plan":1,"ref":1},"tags":{"vip":1}})",
            R"(k|k@new.example|{"age":1.0}|[]|{"properties":{"old":3,"age":3},"tags":{}})",
            R"(8|mckay@x.example|{"ref":"mckay@x.example","path":"a/b"}|[]|)"
            R"({"properties":{"ref":5,"path":5},"tags":{}})",
            "9|null|{}|[]|{}"};
}

std::vector<std::uint64_t> seqs_in(std::string_view text) {
    std::vector<std::uint64_t> seqs;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        std::size_t at = line.find("\"seq\":");
        std::size_t skip = 6;
        if (at == std::string_view::npos) {
            at = line.find(" seq=");
            skip = 5;
        }
        std::uint64_t seq = 0;
        if (at != std::string_view::npos) {
            std::from_chars(line.data() + at + skip, line.data() + line.size(), seq);
        }
        seqs.push_back(seq);
    }
    return seqs;
}

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> seqs(last - first + 1);
    std::iota(seqs.begin(), seqs.end(), first);
    return seqs;
}

bool has_raw_control(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto step = utf8_step(text, at);
        if (!step || (step->code_point != '\n' && is_dangerous(step->code_point))) {
            return true;
        }
        at += step->length;
    }
    return false;
}

}  // namespace verohook::sinks
