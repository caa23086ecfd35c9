#include "customers/profile.hpp"

#include "event/json_text.hpp"

#include <verohook/event/codec.hpp>

#include <charconv>
#include <utility>

namespace verohook::customers {

namespace {

using event::Array;
using event::Number;
using event::Object;
using event::Value;

Seq read_seq(const Value& value) {
    Seq seq = 0;
    if (const auto* const number = value.get_if<Number>()) {
        const std::string& digits = number->text;
        // What cannot be read stays 0: any event is later than that.
        std::from_chars(digits.data(), digits.data() + digits.size(), seq);
    }
    return seq;
}

void append_mark(std::string& out, char& separator, std::string_view name, Seq seq) {
    out += std::exchange(separator, ',');
    event::append_json_string(out, name);
    out += ':';
    out += std::to_string(seq);
}

}  // namespace

struct Profile::Contents {
    struct Property {
        std::string name;
        std::string json;  ///< Empty: removed.
        Seq seq = 0;
    };
    struct Tag {
        bool present = false;
        Seq seq = 0;
    };

    std::vector<Property> properties;  ///< Never reordered, so that they keep their places.
    std::unordered_map<std::string, std::size_t> places;
    std::map<std::string, Tag> tags;
    std::size_t bytes = 0;  ///< Of names and values.

    Property* find(const std::string& name) {
        const auto found = places.find(name);
        return found == places.end() ? nullptr : &properties[found->second];
    }

    Property& add(const std::string& name) {
        places.emplace(name, properties.size());
        bytes += name.size();
        return properties.emplace_back(Property{name, {}, 0});
    }

    void read(const ProfileText& text) {
        const auto stored_properties = event::parse_json(text.properties);
        if (stored_properties && stored_properties->get_if<Object>() != nullptr) {
            for (const auto& [name, value] : *stored_properties->get_if<Object>()) {
                Property& property = add(name);
                event::append_json(property.json, value);
                bytes += property.json.size();
            }
        }
        const auto stored_tags = event::parse_json(text.tags);
        if (stored_tags && stored_tags->get_if<Array>() != nullptr) {
            for (const Value& value : *stored_tags->get_if<Array>()) {
                if (const auto* const tag = value.get_if<std::string>()) {
                    bytes += tag->size();
                    tags[*tag].present = true;
                }
            }
        }
        const auto marks = event::parse_json(text.marks);
        if (marks && marks->get_if<Object>() != nullptr) {
            read_marks(*marks->get_if<Object>());
        }
    }

    void read_marks(const Object& marks) {
        const Value* const of_properties = marks.find("properties");
        if (of_properties != nullptr && of_properties->get_if<Object>() != nullptr) {
            for (const auto& [name, seq] : *of_properties->get_if<Object>()) {
                Property* property = find(name);
                property = property != nullptr ? property : &add(name);
                property->seq = read_seq(seq);
            }
        }
        const Value* const of_tags = marks.find("tags");
        if (of_tags != nullptr && of_tags->get_if<Object>() != nullptr) {
            for (const auto& [name, seq] : *of_tags->get_if<Object>()) {
                const auto [tag, is_new] = tags.try_emplace(name);
                bytes += is_new ? name.size() : 0;
                tag->second.seq = read_seq(seq);
            }
        }
    }

    void write(ProfileText& text) const {
        text = {"", "", R"({"properties":)"};
        char property = '{';
        char mark = '{';
        for (const Property& each : properties) {
            append_mark(text.marks, mark, each.name, each.seq);
            if (!each.json.empty()) {
                text.properties += std::exchange(property, ',');
                event::append_json_string(text.properties, each.name);
                text.properties.append(":").append(each.json);
            }
        }
        text.properties += property == '{' ? "{}" : "}";
        text.marks.append(mark == '{' ? "{}" : "}").append(R"(,"tags":)");
        char tag = '[';
        mark = '{';
        for (const auto& [name, state] : tags) {
            append_mark(text.marks, mark, name, state.seq);
            if (state.present) {
                text.tags += std::exchange(tag, ',');
                event::append_json_string(text.tags, name);
            }
        }
        text.tags += tag == '[' ? "[]" : "]";
        text.marks.append(mark == '{' ? "{}" : "}").append("}");
    }
};

Profile::Profile() = default;
Profile::Profile(ProfileText stored) : text_(std::move(stored)) {}
Profile::~Profile() = default;
Profile::Profile(Profile&&) noexcept = default;
Profile& Profile::operator=(Profile&&) noexcept = default;

Profile::Contents& Profile::contents() {
    if (!contents_) {
        contents_ = std::make_unique<Contents>();
        contents_->read(text_);
    }
    return *contents_;
}

void Profile::set_property(const std::string& name, const Value& value, Seq seq) {
    Contents& now = contents();
    Contents::Property* property = now.find(name);
    // The same event may name a property twice: the later call decides.
    if (property != nullptr && seq < property->seq) {
        return;
    }
    std::string json;
    if (!value.is_null()) {
        event::append_json(json, value);
    }
    const std::size_t before = property == nullptr ? 0 : property->json.size();
    const std::size_t added = property == nullptr ? name.size() : 0;
    const bool too_many = property == nullptr && now.properties.size() >= profile_names_max;
    if (too_many || now.bytes - before + added + json.size() > profile_bytes_max) {
        return;
    }
    property = property != nullptr ? property : &now.add(name);
    now.bytes += json.size();
    now.bytes -= before;
    property->json = std::move(json);
    property->seq = seq;
    changed_ = stale_ = true;
}

void Profile::set_tag(const std::string& tag, bool present, Seq seq) {
    Contents& now = contents();
    const auto found = now.tags.find(tag);
    if (found == now.tags.end()) {
        if (now.tags.size() >= profile_names_max || now.bytes + tag.size() > profile_bytes_max) {
            return;
        }
        now.bytes += tag.size();
        now.tags.emplace(tag, Contents::Tag{present, seq});
    } else if (seq >= found->second.seq) {
        // The same event may remove a tag and add it: the later call decides.
        found->second = {present, seq};
    } else {
        return;
    }
    changed_ = stale_ = true;
}

const ProfileText& Profile::text() {
    if (stale_) {
        contents_->write(text_);
        stale_ = false;
    }
    return text_;
}

}  // namespace verohook::customers
