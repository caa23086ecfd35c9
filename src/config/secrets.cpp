#include "config/config.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace verohook::config {

namespace {

/// A shorter part of a secret would be found where it means nothing.
constexpr std::size_t part_bytes_min = 8;

/// Collects secrets, and what others may show of one by itself: the value of a header, the password
/// of a URL.
class Collector {
public:
    void add(const std::string& secret) {
        all_.push_back(secret);
        const std::string_view text = secret;
        if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
            add_url(text.substr(scheme + 3));
        } else if (const std::size_t colon = text.find(": "); colon != std::string_view::npos) {
            const std::string_view value = text.substr(colon + 2);
            add_part(value);
            // `Bearer TOKEN`
            add_part(value.substr(value.rfind(' ') + 1));
        } else if (const std::size_t equals = text.find('='); equals != std::string_view::npos) {
            add_option(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(all_); }

private:
    void add_part(std::string_view part) {
        if (part.size() >= part_bytes_min) {
            all_.emplace_back(part);
        }
    }

    /// `USER:PASSWORD@HOST/PATH/SECRET?QUERY`
    void add_url(std::string_view rest) {
        const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
        const std::string_view user = authority.substr(0, authority.rfind('@'));
        if (user.size() < authority.size() && user.find(':') != std::string_view::npos) {
            add_part(user.substr(user.find(':') + 1));
        }
        rest.remove_prefix(authority.size());
        const std::size_t query = rest.find('?');
        if (query != std::string_view::npos) {
            add_part(rest.substr(query + 1));
        }
        const std::string_view path = rest.substr(0, query);
        const std::string_view last = path.substr(path.rfind('/') + 1);
        // A word of a path is no secret, what a program made is longer.
        if (last.size() >= 2 * part_bytes_min) {
            add_part(last);
        }
    }

    /// Of librdkafka, or of libpq. Most of them are no secret.
    void add_option(std::string_view name, std::string_view value) {
        constexpr std::array<std::string_view, 4> secret{"password", "secret", "token", "pem"};
        if (std::any_of(secret.begin(), secret.end(), [&](std::string_view word) {
                return name.find(word) != std::string_view::npos;
            })) {
            add_part(value);
        }
    }

    std::vector<std::string> all_;
};

}  // namespace

std::vector<std::string> secrets_of(const Settings& settings, std::span<const KindOptions> kinds) {
    Collector secrets;
    const auto add_all = [&](const std::vector<std::string>& list) {
        std::for_each(list.begin(), list.end(), [&](const auto& each) { secrets.add(each); });
    };
    add_all(settings.auth.secrets);
    add_all(settings.admin.tokens);
    for (const SinkConfig& sink : settings.sinks) {
        secrets.add(sink.redact_key);
        const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                       [&](const auto& each) { return each.kind == sink.kind; });
        if (kind == kinds.end()) {
            continue;
        }
        for (const OptionSpec& spec : kind->options) {
            if (spec.type == OptionType::secret) {
                secrets.add(sink.options.text(spec.name));
            } else if (spec.type == OptionType::secret_list) {
                add_all(sink.options.list(spec.name));
            }
        }
    }
    return secrets.take();
}

}  // namespace verohook::config
