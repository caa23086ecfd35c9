#include "event/duplicates.hpp"
#include "event/json_parser.hpp"

#include <verohook/event/codec.hpp>

#include <array>
#include <cstdint>

namespace verohook::event {

namespace {

/// Builds the tree in place: while a container is open its parent does not grow, so a pointer to
/// each open container stays good, and nothing is moved when a container ends.
class TreeBuilder : public JsonHandler {
public:
    explicit TreeBuilder(std::vector<std::string>* duplicate_keys)
        : duplicate_keys_(duplicate_keys) {}

    [[nodiscard]] Value take_root() { return std::move(root_); }

    bool on_object_begin(Code&) { return open<Object>(); }
    bool on_array_begin(Code&) { return open<Array>(); }
    bool on_object_end(std::size_t, Code&) {
        --depth_;
        merge_duplicates(*open_[depth_]->get_if<Object>(), duplicate_keys_);
        return true;
    }
    bool on_array_end(std::size_t, Code&) {
        --depth_;
        return true;
    }

    bool on_key_part(Text part, std::size_t, Code&) { return append(key_, part); }
    bool on_key(Text part, std::size_t, Code&) { return append(key_, part); }
    bool on_string_part(Text part, std::size_t, Code&) { return append(text_, part); }
    bool on_string(Text part, std::size_t, Code&) {
        if (text_.empty()) {
            add(std::string(part.data(), part.size()));
        } else {
            append(text_, part);
            add(std::move(text_));
            text_.clear();
        }
        return true;
    }

    bool on_int64(std::int64_t, Text number, Code&) { return add_number(number); }
    bool on_uint64(std::uint64_t, Text number, Code&) { return add_number(number); }
    bool on_double(double, Text number, Code&) { return add_number(number); }
    bool on_bool(bool value, Code&) {
        add(value);
        return true;
    }
    bool on_null(Code&) {
        add(nullptr);
        return true;
    }

private:
    static bool append(std::string& out, Text part) {
        out.append(part.data(), part.size());
        return true;
    }

    bool add_number(Text number) {
        add(Number{std::string(number.data(), number.size())});
        return true;
    }

    template <class Container>
    bool open() {
        open_[depth_] = &add(Container{});
        ++depth_;
        return true;
    }

    /// Made where it stays: moving a value from place to place costs more than reading it.
    template <class Content>
    Value& add(Content&& content) {
        if (depth_ == 0) {
            root_ = Value(std::forward<Content>(content));
            return root_;
        }
        Value& parent = *open_[depth_ - 1];
        if (auto* const object = parent.get_if<Object>()) {
            Value& added = object->emplace_back(std::move(key_), std::forward<Content>(content));
            key_.clear();
            return added;
        }
        return parent.get_if<Array>()->emplace_back(std::forward<Content>(content));
    }

    Value root_;
    std::array<Value*, depth_max> open_;  ///< The first `depth_` of them.
    std::size_t depth_ = 0;
    std::string key_;
    std::string text_;
    std::vector<std::string>* duplicate_keys_;
};

}  // namespace

boost::system::result<Value, Malformed> parse_json(std::string_view body,
                                                   std::vector<std::string>* duplicate_keys) {
    // The parser makes its handler itself and hands out no rvalue of it.
    boost::json::basic_parser<TreeBuilder> parser(json_options(), duplicate_keys);
    if (auto malformed = run_parser(parser, body)) {
        return *std::move(malformed);
    }
    return parser.handler().take_root();
}

}  // namespace verohook::event
