#include "event/object_writer.hpp"

#include <array>
#include <charconv>

namespace verohook::event {

void ObjectWriter::append_number(std::string& out, std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), written.ptr);
}

void ObjectWriter::append(const Id& value) {
    if (value.is_number) {
        out_ += value.text;
    } else {
        append_json_string(out_, value.text);
    }
}

void ObjectWriter::append(const User& value) {
    ObjectWriter user(out_);
    user.field("id", value.id);
    user.field("email", value.email);
    user.object("properties", value.properties);
    user.end();
}

void ObjectWriter::append(const Campaign& value) {
    ObjectWriter campaign(out_);
    campaign.field("id", value.id);
    campaign.field("type", value.type);
    campaign.field("name", value.name);
    campaign.field("subject", value.subject);
    campaign.field("trigger_event", value.trigger_event);
    campaign.field("permalink", value.permalink);
    campaign.field("variation", value.variation);
    campaign.field("group", value.group);
    campaign.field("channel", value.channel);
    campaign.field("sent_to", value.sent_to);
    campaign.field("locale", value.locale);
    campaign.field("tags", value.tags);
    campaign.field("series", value.series);
    campaign.field("template", value.template_name);
    campaign.end();
}

void ObjectWriter::append(const Trigger& value) {
    ObjectWriter trigger(out_);
    trigger.field("name", value.name);
    trigger.field("triggered_at", value.triggered_at);
    trigger.field("data", value.data);
    trigger.end();
}

void ObjectWriter::append(const TagChanges& value) {
    ObjectWriter tags(out_);
    tags.field("add", value.add);
    tags.field("remove", value.remove);
    tags.end();
}

void ObjectWriter::append(const Changes& value) {
    ObjectWriter changes(out_);
    changes.field("tags", value.tags);
    changes.object("properties", value.properties);
    changes.end();
}

}  // namespace verohook::event
