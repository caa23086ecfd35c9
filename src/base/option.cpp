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

void Options::set(std::string name, OptionValue value) {
    values_.insert_or_assign(std::move(name), std::move(value));
}

bool Options::has(std::string_view name) const { return values_.find(name) != values_.end(); }

bool Options::boolean(std::string_view name) const { return get<bool>(values_, name); }

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

}  // namespace verohook
