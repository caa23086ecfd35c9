#include "delivery/erase.hpp"

#include "delivery/delivery.hpp"
#include "event/redact.hpp"

#include <verohook/event/codec.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace verohook::delivery {

namespace {

/// What a keyed hash is written as.
bool is_hash(std::string_view text) {
    constexpr std::size_t digits = 64;
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The person as a sink knows it.
struct Known {
    sink::Person person;
    bool hidden = false;  ///< A redaction has left nothing to know an id or address by.
    bool hashed = false;  ///< Some are known by their hashes.
};

Known as_redacted(const sink::Person& person, const event::Redactor& redactor) {
    Known redacted{person};
    const auto add = [&](const char* name, const std::string& text, auto& known) {
        std::string body = R"({"type":"sent","user":{")" + std::string(name) + "\":";
        event::append_json_string(body, text);
        const auto event = event::decode(redactor.apply(body + "}}"));
        const auto& user = event ? event::common(*event).user : event::Field<event::User>();
        const std::string shown = !user         ? ""
                                  : user->id    ? user->id->text
                                  : user->email ? *user->email
                                                : "";
        redacted.hidden = redacted.hidden || (shown != text && !is_hash(shown));
        if (is_hash(shown)) {
            redacted.hashed = true;
            known.push_back(shown);
        }
    };
    for (const std::string& id : person.ids) {
        add("id", id, redacted.person.ids);
    }
    for (const std::string& email : person.emails) {
        add("email", email, redacted.person.emails);
    }
    return redacted;
}

void append_sentence(std::string& text, std::string_view sentence) {
    text.append(text.empty() ? "" : "; ").append(sentence);
}

class Erase final : public Task {
public:
    Erase(sink::Person person, std::shared_ptr<ErasedThere> outcome)
        : person_(std::move(person)), outcome_(std::move(outcome)) {}

    [[nodiscard]] std::string_view what() const override { return "erasure"; }
    [[nodiscard]] bool outlasts_failures() const override { return false; }

    [[nodiscard]] Step step(Workplace& place, TaskStatus& status) override {
        const auto& redactor = place.settings().redactor;
        const Known known = redactor ? as_redacted(person_, *redactor) : Known{person_};
        const auto person = std::make_shared<const sink::Person>(known.person);
        // Owned here, too: the thread may be left behind inside.
        const auto erased = std::make_shared<Result<sink::Erased>>(Error{});
        const bool here = place.with_sink([person, erased](sink::Sink& sink) {
            try {
                *erased = sink.erase(*person);
            } catch (const std::exception& error) {
                *erased = Error{ErrorCode::unavailable, error.what()};
            }
        });
        if (!here) {
            return Step::gone();
        }
        if (!*erased) {
            return Step::failed(erased->error().message);
        }
        status.delivered = (*erased)->records;
        if (known.hidden) {
            append_sentence((*erased)->out_of_reach,
                            "a redaction there drops or masks an id or address of the person, so "
                            "what has no other could not be found");
        }
        if (known.hashed) {
            append_sentence((*erased)->out_of_reach,
                            "what was hashed there with an earlier redact_key is not found; if "
                            "there was one, run the same once more with it");
        }
        outcome_->set(std::move(**erased));
        return Step::done();
    }

private:
    const sink::Person person_;
    const std::shared_ptr<ErasedThere> outcome_;
};

}  // namespace

std::unique_ptr<Task> make_erase(sink::Person person, std::shared_ptr<ErasedThere> outcome) {
    return std::make_unique<Erase>(std::move(person), std::move(outcome));
}

}  // namespace verohook::delivery
