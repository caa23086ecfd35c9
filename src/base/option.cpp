#include <verohook/base/option.hpp>

namespace verohook {

namespace {

template <class T>
const T& get(const std::map<std::string, OptionValue, std::less<>>& values, std::string_view name) {
    const auto found = values.find(name);
    if (found == values.end() || !std::holds_alternative<T>(found->second)) {
        fail_check("option '" + std::string(name) + "' was not declared with this type", __FILE__,
                   __LINE__);
    }
    return std::get<T>(found->second);
}

}  // namespace

std::string_view type_text(OptionType type) {
    switch (type) {
        case OptionType::boolean:
            return "boolean";
        case OptionType::integer:
            return "integer";
        case OptionType::text:
            return "text";
        case OptionType::text_list:
            return "list of texts";
        case OptionType::duration:
            return "duration";
        case OptionType::size:
            return "size";
        case OptionType::secret:
            return "secret";
        case OptionType::secret_list:
            return "list of secrets";
    }
    return "";
}

void Options::set(std::string name, OptionValue value) {
    values_.insert_or_assign(std::move(name), std::move(value));
}

bool Options::has(std::string_view name) const {
    return values_.find(name) != values_.end();
}

bool Options::boolean(std::string_view name) const {
    return get<bool>(values_, name);
}

std::int64_t Options::integer(std::string_view name) const {
    return get<std::int64_t>(values_, name);
}

const std::string& Options::text(std::string_view name) const {
    return get<std::string>(values_, name);
}

const std::vector<std::string>& Options::list(std::string_view name) const {
    return get<std::vector<std::string>>(values_, name);
}

std::chrono::milliseconds Options::duration(std::string_view name) const {
    return get<std::chrono::milliseconds>(values_, name);
}

Error to_error(std::span<const OptionComplaint> complaints) {
    VEROHOOK_CHECK(!complaints.empty());
    const OptionComplaint& first = complaints.front();
    return {ErrorCode::invalid_input, std::string(first.key) + ": " + first.sentence};
}

}  // namespace verohook
