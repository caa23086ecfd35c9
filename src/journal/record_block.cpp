#include "journal/record_block.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

namespace verohook::journal {

namespace {

static_assert(std::endian::native == std::endian::little, "blocks hold little-endian numbers");

using Offset = std::uint32_t;

/// What each record begins with, before its texts.
struct Head {
    std::uint64_t checksum = 0;  ///< XXH3 over all that follows, with seq as its seed.
    std::uint64_t id_high = 0;
    std::uint64_t id_low = 0;
    std::int64_t received_at = 0;  ///< Microseconds since 1970, as the next.
    std::int64_t occurred_at = 0;
    std::uint64_t duplicate_of = 0;
    Offset type = 0;  ///< Bytes of the texts that follow. The body is what remains.
    Offset remote = 0;
    Offset request_id = 0;
    Offset headers = 0;
    std::uint32_t kind = 0;
    std::uint32_t flags = 0;
};
static_assert(sizeof(Head) == 72 && std::is_trivially_copyable_v<Head>);

enum Flag : std::uint32_t { has_time = 1, is_duplicate = 2, is_erased = 4 };

Offset number_at(std::string_view bytes, std::size_t offset) {
    Offset number = 0;
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

std::uint64_t checksum(std::string_view stored, Seq seq) {
    return hash64(stored.substr(sizeof(Head::checksum)), seq);
}

Timestamp timestamp(std::int64_t micros) {
    return Timestamp(std::chrono::microseconds(micros));
}

Head head_of(const Record& record) {
    Head head;
    head.id_high = record.id.high;
    head.id_low = record.id.low;
    head.received_at = record.received_at.time_since_epoch().count();
    head.occurred_at = record.occurred_at ? record.occurred_at->time_since_epoch().count() : 0;
    head.duplicate_of = record.duplicate_of.value_or(0);
    head.type = static_cast<Offset>(record.type.size());
    head.remote = static_cast<Offset>(record.remote.size());
    head.request_id = static_cast<Offset>(record.request_id.size());
    head.headers = static_cast<Offset>(record.headers.size());
    head.kind = static_cast<std::uint32_t>(record.kind);
    head.flags = (record.occurred_at ? has_time : 0U) | (record.duplicate_of ? is_duplicate : 0U) |
                 (record.erased ? is_erased : 0U);
    return head;
}

RecordPtr parse(std::string_view stored, Seq seq) {
    Head head;
    if (stored.size() < sizeof head) {
        return nullptr;
    }
    std::memcpy(&head, stored.data(), sizeof head);
    if (head.checksum != checksum(stored, seq)) {
        return nullptr;
    }
    std::string_view texts = stored.substr(sizeof head);
    const auto take = [&texts](std::size_t size) {
        const std::string_view text = texts.substr(0, size);
        texts.remove_prefix(text.size());
        return text;
    };
    auto record = std::make_shared<Record>();
    record->seq = seq;
    record->id = {head.id_high, head.id_low};
    record->kind = static_cast<Kind>(head.kind);
    record->erased = (head.flags & is_erased) != 0;
    record->received_at = timestamp(head.received_at);
    if ((head.flags & has_time) != 0) {
        record->occurred_at = timestamp(head.occurred_at);
    }
    if ((head.flags & is_duplicate) != 0) {
        record->duplicate_of = head.duplicate_of;
    }
    record->type = take(head.type);
    record->remote = take(head.remote);
    record->request_id = take(head.request_id);
    record->headers = take(head.headers);
    record->body = texts;
    return record;
}

}  // namespace

void BlockBuilder::add(const Record& record) {
    const std::size_t start = block_.size();
    Head head = head_of(record);
    block_.append(reinterpret_cast<const char*>(&head), sizeof head);
    block_.append(record.type).append(record.remote).append(record.request_id);
    block_.append(record.headers).append(record.body);
    head.checksum = checksum(std::string_view(block_).substr(start), record.seq);
    std::memcpy(block_.data() + start, &head.checksum, sizeof head.checksum);
    end_record();
}

void BlockBuilder::add_stored(std::string_view bytes) {
    block_.append(bytes);
    end_record();
}

void BlockBuilder::end_record() {
    ends_.push_back(static_cast<Offset>(block_.size()));
}

std::string_view BlockBuilder::finish() {
    const auto count = static_cast<Offset>(ends_.size());
    block_.append(reinterpret_cast<const char*>(ends_.data()), ends_.size() * sizeof(Offset));
    block_.append(reinterpret_cast<const char*>(&count), sizeof count);
    return block_;
}

void BlockBuilder::clear() {
    block_.clear();
    ends_.clear();
}

BlockView::BlockView(Seq first, std::uint64_t expected, Timestamp received_at,
                     std::string_view bytes)
    : first_(first), received_at_(received_at), bytes_(bytes) {
    const std::uint64_t counted =
        bytes.size() < sizeof(Offset) ? 0 : number_at(bytes, bytes.size() - sizeof(Offset));
    // Where the two differ, one of them is damaged: the other one is known by the last offset.
    for (const std::uint64_t count : {expected, counted}) {
        size_ = static_cast<std::size_t>(count);
        readable_ = fits(count) && (expected == counted ||
                                    stored(size_ - 1).end() == bytes.begin() + offsets_at());
        if (readable_) {
            return;
        }
    }
    // As many as there may have been: none is to be passed over in silence.
    size_ = std::clamp<std::uint64_t>(expected, 1, bytes.size() / sizeof(Head) + 1);
}

bool BlockView::fits(std::uint64_t count) const {
    return count > 0 && count < bytes_.size() / sizeof(Offset);
}

std::size_t BlockView::offsets_at() const {
    return bytes_.size() - (size_ + 1) * sizeof(Offset);
}

std::string_view BlockView::stored(std::size_t index) const {
    const std::size_t limit = offsets_at();
    const std::size_t start =
        index == 0 ? 0 : number_at(bytes_, limit + (index - 1) * sizeof(Offset));
    const std::size_t end = number_at(bytes_, limit + index * sizeof(Offset));
    return start <= end && end <= limit ? bytes_.substr(start, end - start) : std::string_view();
}

RecordPtr BlockView::record(std::size_t index) const {
    const Seq seq = first_ + index;
    if (readable_) {
        if (RecordPtr found = parse(stored(index), seq)) {
            return found;
        }
    }
    auto damaged = std::make_shared<Record>();
    damaged->seq = seq;
    damaged->kind = Kind::damaged;
    damaged->received_at = received_at_;
    return damaged;
}

Error damaged_record_error(Seq seq) {
    return {ErrorCode::corrupt, "record " + std::to_string(seq) +
                                    " of the journal fails its checksum: the file is damaged; put "
                                    "a backup in its place"};
}

}  // namespace verohook::journal
