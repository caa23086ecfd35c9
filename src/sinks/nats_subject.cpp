#include "sinks/nats_subject.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace verohook::sinks {

namespace {

/// A server refuses a line of the protocol beyond 4096 bytes, and ends the connection.
constexpr std::size_t token_bytes_max = 128;
constexpr std::size_t template_bytes_max = 1024;

/// `$` because subjects that begin with it are the server's own: `$JS.API.STREAM.DELETE.…`.
bool has_a_meaning(char32_t code_point) {
    return code_point == '.' || code_point == '*' || code_point == '>' || code_point == '$' ||
           code_point == ' ' || is_dangerous(code_point);
}

std::string text_of(const event::Field<event::Id>& id) {
    return id ? id->text : "";
}

std::optional<std::string> complaint_of_tokens(std::string_view subject) {
    if (subject.front() == '$') {
        return "must not begin with '$': such subjects are the server's own";
    }
    std::size_t begin = 0;
    while (begin <= subject.size()) {
        const std::size_t end = std::min(subject.find('.', begin), subject.size());
        if (end == begin) {
            return "must have something before, after and between its dots";
        }
        begin = end + 1;
    }
    return std::nullopt;
}

}  // namespace

std::string subject_token(std::string_view value) {
    std::string token;
    for (std::size_t at = 0; at < value.size();) {
        const auto step = utf8_step(value, at);
        const std::size_t length = step ? step->length : 1;
        if (token.size() + length > token_bytes_max) {
            break;
        }
        if (step && !has_a_meaning(step->code_point)) {
            token += value.substr(at, length);
        } else {
            token += '_';
        }
        at += length;
    }
    return token.empty() ? "_" : token;
}

const std::vector<SubjectTemplate::PlaceName>& SubjectTemplate::place_names() {
    static const std::vector<PlaceName> names{
        {"type", Place::type},
        {"user_id", Place::user_id},
        {"campaign_id", Place::campaign_id},
        {"campaign_type", Place::campaign_type},
    };
    return names;
}

Result<SubjectTemplate> SubjectTemplate::parse(std::string_view text) {
    const auto wrong = [](std::string sentence) {
        return Error{ErrorCode::invalid_input, std::move(sentence)};
    };
    if (text.empty() || text.size() > template_bytes_max) {
        return wrong("must have 1 to 1024 bytes");
    }
    SubjectTemplate made;
    Part part;
    for (std::size_t at = 0; at < text.size();) {
        const auto step = utf8_step(text, at);
        const char letter = text[at];
        if (letter == '{') {
            const std::size_t end = text.find('}', at);
            const std::string_view name =
                end == std::string_view::npos ? "" : text.substr(at + 1, end - at - 1);
            const auto& names = place_names();
            const auto found = std::find_if(names.begin(), names.end(),
                                            [&](const auto& each) { return each.name == name; });
            if (found == names.end()) {
                return wrong(
                    "'" + printable(text.substr(at, end == text.npos ? end : end - at + 1)) +
                    "' is not one of {type}, {user_id}, {campaign_id} and {campaign_type}");
            }
            part.place = found->place;
            made.parts_.push_back(std::exchange(part, {}));
            at = end + 1;
            continue;
        }
        const bool plain = letter == '.' || letter == '$';
        if (!step || letter == '}' || (!plain && has_a_meaning(step->code_point))) {
            return wrong("must not contain '" + printable(text.substr(at, 1)) + "'");
        }
        part.text += text.substr(at, step->length);
        at += step->length;
    }
    made.parts_.push_back(std::move(part));
    if (auto complaint = complaint_of_tokens(made.pattern())) {
        return wrong(*std::move(complaint));
    }
    return made;
}

std::string SubjectTemplate::value(const event::Event& event, Place place) {
    const event::Common& common = event::common(event);
    switch (place) {
        case Place::type:
            return std::string(event::type_name(event));
        case Place::user_id:
            return common.user ? text_of(common.user->id) : "";
        case Place::campaign_id:
            return common.campaign ? text_of(common.campaign->id) : "";
        case Place::campaign_type:
            return common.campaign && common.campaign->type ? *common.campaign->type : "";
        case Place::none:
            break;
    }
    return "";
}

std::string SubjectTemplate::subject(const event::Event& event) const {
    std::string subject;
    for (const Part& part : parts_) {
        subject += part.text;
        if (part.place != Place::none) {
            subject += subject_token(value(event, part.place));
        }
    }
    return subject;
}

/// A wildcard is a whole token: `vero.a-{type}` becomes `vero.*`.
std::string SubjectTemplate::pattern() const {
    std::string pattern;
    std::string token;
    bool wild = false;
    const auto end_token = [&] {
        pattern += wild ? "*" : token;
        token.clear();
        wild = false;
    };
    for (const Part& part : parts_) {
        for (const char letter : part.text) {
            if (letter == '.') {
                end_token();
                pattern += letter;
            } else {
                token += letter;
            }
        }
        wild = wild || part.place != Place::none;
    }
    end_token();
    return pattern;
}

}  // namespace verohook::sinks
