#include "event/event_time.hpp"
#include "event/json_parser.hpp"

#include <verohook/event/codec.hpp>

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <functional>

namespace verohook::event {

namespace {

/// A top-level member whose name ends like a time's. It cannot be judged before the type is known,
/// which may come last.
struct TimeCandidate {
    std::string_view name;
    std::optional<std::string_view> digits;  ///< Nothing if no number or string.
};

/// Sees the whole body, keeps of it what `Classification` needs, and allocates nothing for bodies
/// without escapes in those places.
class Classifier : public JsonHandler {
public:
    explicit Classifier(std::string_view body) : body_(body) {}

    [[nodiscard]] bool is_object() const { return is_object_; }

    [[nodiscard]] Classification result() const {
        Classification found;
        if (!type_) {
            return found;
        }
        const auto& types = known_types();
        const auto known = std::find(types.begin(), types.end(), *type_);
        found.recognized = known != types.end();
        if (found.recognized) {
            found.known = static_cast<std::size_t>(known - types.begin());
        }
        found.type.emplace(*type_);
        // The last of equal names wins, as it does in `parse_json`.
        const auto time = std::find_if(
            times_.rbegin(), times_.rend(),
            [&](const TimeCandidate& candidate) { return is_time_member(candidate.name, *type_); });
        if (time != times_.rend() && time->digits) {
            found.occurred_at = parse_seconds(*time->digits);
        }
        return found;
    }

    bool on_object_begin(Code&) {
        is_object_ = is_object_ || depth_ == 0;
        return enter();
    }
    bool on_array_begin(Code&) { return enter(); }
    bool on_object_end(std::size_t, Code&) { return leave(); }
    bool on_array_end(std::size_t, Code&) { return leave(); }

    bool on_key_part(Text part, std::size_t, Code&) {
        if (depth_ == 1) {
            parts_.append(part.data(), part.size());
        }
        return true;
    }
    bool on_key(Text last, std::size_t, Code&) {
        if (depth_ == 1) {
            begin_member(whole(last));
        }
        return true;
    }
    bool on_string_part(Text part, std::size_t, Code&) {
        if (wanted_ != Wanted::nothing) {
            parts_.append(part.data(), part.size());
        }
        return true;
    }
    bool on_string(Text last, std::size_t, Code&) {
        if (wanted_ != Wanted::nothing) {
            const std::string_view text = keep(whole(last));
            end_member(text, text);
            parts_.clear();
        }
        return true;
    }

    bool on_int64(std::int64_t, Text number, Code&) { return take_number(number); }
    bool on_uint64(std::uint64_t, Text number, Code&) { return take_number(number); }
    bool on_double(double, Text number, Code&) { return take_number(number); }
    bool on_bool(bool, Code&) { return take_other(); }
    bool on_null(Code&) { return take_other(); }

private:
    enum class Wanted { nothing, type, time };

    bool enter() {
        ++depth_;
        return take_other();
    }
    bool leave() {
        --depth_;
        return true;
    }

    bool take_number(Text number) {
        end_member(std::nullopt, std::string_view{number.data(), number.size()});
        return true;
    }
    bool take_other() {
        end_member(std::nullopt, std::nullopt);
        return true;
    }

    void begin_member(std::string_view name) {
        if (name == "type") {
            wanted_ = Wanted::type;
        } else if (name.ends_with(time_suffix)) {
            wanted_ = Wanted::time;
            times_.push_back({keep(name), std::nullopt});
        }
        parts_.clear();
    }

    void end_member(std::optional<std::string_view> text, std::optional<std::string_view> digits) {
        if (wanted_ == Wanted::type) {
            type_ = text;
        } else if (wanted_ == Wanted::time) {
            times_.back().digits = digits;
        }
        wanted_ = Wanted::nothing;
    }

    /// A string that may have come in parts; good until `parts_` changes.
    std::string_view whole(Text last) {
        if (parts_.empty()) {
            return {last.data(), last.size()};
        }
        parts_.append(last.data(), last.size());
        return parts_;
    }

    /// What stands in the body itself stays there; what the parser unescaped is copied.
    std::string_view keep(std::string_view text) {
        const std::less_equal<const char*> before;
        if (before(body_.data(), text.data()) && before(text.data(), body_.data() + body_.size())) {
            return text;
        }
        return copies_.emplace_front(text);
    }

    std::string_view body_;
    std::size_t depth_ = 0;
    bool is_object_ = false;
    Wanted wanted_ = Wanted::nothing;
    std::optional<std::string_view> type_;
    boost::container::small_vector<TimeCandidate, 4> times_;
    std::string parts_;
    std::forward_list<std::string> copies_;
};

}  // namespace

std::variant<Classification, Malformed> classify(std::string_view body) {
    boost::json::basic_parser<Classifier> parser(json_options(), body);
    if (auto malformed = run_parser(parser, body)) {
        return *std::move(malformed);
    }
    if (!parser.handler().is_object()) {
        return explain_not_an_object(body);
    }
    return parser.handler().result();
}

}  // namespace verohook::event
