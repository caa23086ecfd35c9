#include "delivery/batch.hpp"

#include "event/redact.hpp"

#include <new>
#include <utility>

namespace verohook::delivery {

namespace {

/// An idle sink keeps no more than this of its text buffer.
constexpr std::size_t kept_bytes_max = std::size_t{256} * 1024;

/// By what Vero sent, and not by what a redacted sink sees of it.
bool is_selected(const journal::Record& record, const Selection& selection) {
    if (selection.user.empty() && selection.campaign.empty()) {
        return true;
    }
    const auto event = event::decode(record.body);
    return event && concerns(*event, selection);
}

}  // namespace

bool passes_filter(const journal::Record& record, const SinkSettings& settings) {
    if (record.kind == journal::Kind::malformed || record.kind == journal::Kind::test) {
        return false;
    }
    if (record.duplicate_of && !settings.keep_duplicates) {
        return false;
    }
    return has_type(record, settings.types);
}

Result<void> Batch::fill(std::vector<journal::RecordPtr> records, const SinkSettings& settings,
                         const Selection& selection) {
    clear();
    records_ = std::move(records);
    try {
        fill_or_throw(settings, selection);
    } catch (const std::bad_alloc&) {
        clear();
        return Error{ErrorCode::unavailable,
                     "memory ran out while events were decoded; make batch_max smaller"};
    }
    return {};
}

void Batch::fill_or_throw(const SinkSettings& settings, const Selection& selection) {
    // Items refer to envelopes and events, which therefore must not move any more.
    envelopes_.reserve(records_.size());
    events_.reserve(records_.size());
    for (std::size_t index = 0; index < records_.size(); ++index) {
        if (records_[index]->kind == journal::Kind::damaged) {
            // What the filter would have said of it is not known.
            fates_.push_back(Fate::damaged);
        } else if (records_[index]->kind == journal::Kind::test) {
            fates_.push_back(Fate::apart);
        } else if (passes_filter(*records_[index], settings) &&
                   has_type(*records_[index], selection.types)) {
            take(index, settings, selection);
        } else {
            fates_.push_back(Fate::filtered);
        }
    }
    make_items();
}

void Batch::take(std::size_t index, const SinkSettings& settings, const Selection& selection) {
    const journal::Record& record = *records_[index];
    if (!is_selected(record, selection)) {
        fates_.push_back(Fate::filtered);
        return;
    }
    std::string_view body = record.body;
    std::string redacted;
    if (settings.redactor) {
        redacted = settings.redactor->apply(body);
        body = redacted;
    }
    auto event = event::decode(body);
    if (!event) {
        fates_.push_back(Fate::undecodable);
        return;
    }
    fates_.push_back(Fate::item);
    sources_.push_back(index);
    envelopes_.push_back(
        {record.seq, to_hex(record.id), record.received_at, record.duplicate_of, record.erased});
    events_.push_back(std::move(*event));
    if (settings.kind->wants_text) {
        event::encode(settings.format, envelopes_.back(), events_.back(), body, text_);
    }
    ends_.push_back(text_.size());
    if (settings.redactor) {
        redacted_.push_back(std::move(redacted));
    }
}

void Batch::make_items() {
    // Only now: while it grew, the text may have moved.
    items_.reserve(sources_.size());
    std::size_t begin = 0;
    for (std::size_t item = 0; item < sources_.size(); ++item) {
        const std::string_view text = std::string_view(text_).substr(begin, ends_[item] - begin);
        const std::string_view body =
            redacted_.empty() ? records_[sources_[item]]->body : redacted_[item];
        items_.push_back({envelopes_[item], events_[item], body, text});
        begin = ends_[item];
    }
}

std::string_view Batch::defect(std::size_t index) const {
    switch (fates_[index]) {
        case Fate::undecodable:
            return "the body cannot be decoded, though it was taken for an event";
        case Fate::damaged:
            return "its record in the journal is damaged: the checksum fails";
        default:
            return {};
    }
}

void Batch::clear() {
    items_.clear();
    ends_.clear();
    events_.clear();
    redacted_.clear();
    envelopes_.clear();
    sources_.clear();
    fates_.clear();
    records_.clear();
    text_.clear();
    if (text_.capacity() > kept_bytes_max) {
        text_.shrink_to_fit();
    }
}

}  // namespace verohook::delivery
