#pragma once

#include <chrono>
#include <cstddef>

namespace verohook {

/// Every bound of the HTTP server and its default, in one place.
struct HttpLimits {
    std::size_t head_bytes_max = 16UL * 1024;
    std::size_t body_bytes_max = 1024UL * 1024;  ///< Also after decompression.
    std::size_t header_fields_max = 128;         ///< Each costs more memory than its bytes.
    std::size_t connections_max = 10'000;        ///< Of one server, over all threads.
    /// So many beyond it get a 503 that they can read at leisure; more get it and are closed.
    std::size_t refused_connections_max = 256;
    std::chrono::milliseconds head_timeout{
        10'000};  ///< From a request's first byte to its head's end.
    std::chrono::milliseconds body_timeout{30'000};  ///< From the head's end to the body's end.
    std::chrono::milliseconds idle_timeout{75'000};  ///< Between requests.
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds linger_timeout{2'000};  ///< After an early answer.
    std::size_t linger_bytes_max = 4UL * 1024 * 1024;
    /// Chunk sizes, extensions and trailers may cost so much beside the body's bytes. The smallest
    /// chunk is one byte in six, so honest clients stay below the factor.
    std::size_t chunk_overhead_factor = 8;
    std::size_t chunk_overhead_bytes = 64UL * 1024;
    /// Of chunk sizes, extensions and trailers that are not complete yet.
    std::size_t chunk_buffer_bytes = 64UL * 1024;
};

/// Every bound of the journal and its default.
struct JournalLimits {
    std::size_t queue_requests_max = 16'384;  ///< Waiting for the disk; beyond: 503.
    std::size_t queue_bytes_max = 64UL * 1024 * 1024;
    std::size_t batch_requests_max = 1'024;            ///< In one commit.
    std::size_t recent_bytes_max = 4UL * 1024 * 1024;  ///< Newest records kept in memory.
    std::size_t duplicate_events_max = 1'000'000;      ///< Window, in timed events …
    std::chrono::milliseconds duplicate_age_max{std::chrono::hours{7 * 24}};   ///< … and in time.
    std::chrono::milliseconds retention_age_max{std::chrono::hours{30 * 24}};  ///< 0: no bound.
    std::size_t retention_bytes_max = 10ULL * 1024 * 1024 * 1024;  ///< Of the stored events.
    std::size_t dead_letters_max = 10'000;  ///< Kept for each sink: the newest.
};

/// What an operator is told of, and its default.
struct WatchLimits {
    std::size_t disk_free_bytes_min = 128UL * 1024 * 1024;          ///< 0: not looked at.
    std::chrono::milliseconds silence_max{std::chrono::hours{24}};  ///< 0: not looked at.
};

/// Every bound of delivery to one sink and its default.
struct DeliveryLimits {
    std::size_t batch_events_max = 500;
    std::size_t batch_bytes_max = 4UL * 1024 * 1024;
    std::chrono::milliseconds backoff_min{100};
    std::chrono::milliseconds backoff_max{60'000};
};

}  // namespace verohook
