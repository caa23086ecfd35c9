// A Kafka cluster for tests: librdkafka's own mock, reached over TCP, in a process of its own.
//
//     kafka_cluster TOPIC PARTITIONS
//
// It says `brokers HOST:PORT`, and then answers each line of its standard input, at last with
// `done`:
//
//     down             the broker closes its connections and takes none
//     up               it is back, with all that it had
//     slow MS          every answer takes as long
//     refuse ERROR N   the next N Produce requests are answered with one of Kafka's error codes
//     forget ERROR     so is every question about the topic; 0: it is known again
//     read             one line a message: `message PARTITION KEY ID TYPE SEQ VALUE`, by tabs

#include "base/text.hpp"

#include <verohook/base/result.hpp>

#include <array>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace {

constexpr int produce_request = 0;
constexpr int broker = 1;

rd_kafka_t* make_client(rd_kafka_type_t type, const std::vector<const char*>& options) {
    rd_kafka_conf_t* const configuration = rd_kafka_conf_new();
    for (std::size_t index = 0; index + 1 < options.size(); index += 2) {
        VEROHOOK_CHECK(rd_kafka_conf_set(configuration, options[index], options[index + 1], nullptr,
                                         0) == RD_KAFKA_CONF_OK);
    }
    rd_kafka_t* const client = rd_kafka_new(type, configuration, nullptr, 0);
    VEROHOOK_CHECK(client != nullptr);
    return client;
}

std::string header(const rd_kafka_message_t* message, const char* name) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return "-";
    }
    return verohook::printable({static_cast<const char*>(value), size});
}

void print(const rd_kafka_message_t* message) {
    const std::string key =
        message->key == nullptr
            ? "-"
            : verohook::printable({static_cast<const char*>(message->key), message->key_len});
    std::cout << "message\t" << message->partition << '\t' << key << '\t' << header(message, "id")
              << '\t' << header(message, "type") << '\t' << header(message, "seq") << '\t'
              << std::string_view(static_cast<const char*>(message->payload), message->len) << '\n';
}

/// A consumer like any other, from the beginning to the end of every partition.
void read_all(const std::string& brokers, const std::string& topic, int partitions) {
    rd_kafka_t* const consumer = make_client(
        RD_KAFKA_CONSUMER, {"bootstrap.servers", brokers.c_str(), "group.id", "test",
                            "enable.partition.eof", "true", "auto.offset.reset", "earliest",
                            "enable.auto.commit", "false", "fetch.wait.max.ms", "10"});
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* const all = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; ++partition) {
        rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
    for (int ended = 0; ended < partitions;) {
        constexpr int poll_ms = 1000;
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer, poll_ms);
        if (message == nullptr) {
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            print(message);
        } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            ++ended;
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
}

class Cluster {
public:
    Cluster(std::string topic, int partitions)
        : topic_(std::move(topic)),
          partitions_(partitions),
          host_(make_client(RD_KAFKA_PRODUCER, {})),
          mock_(rd_kafka_mock_cluster_new(host_, 1)) {
        VEROHOOK_CHECK(mock_ != nullptr);
        rd_kafka_mock_topic_create(mock_, topic_.c_str(), partitions_, 1);
    }
    ~Cluster() {
        rd_kafka_mock_cluster_destroy(mock_);
        rd_kafka_destroy(host_);
    }
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    [[nodiscard]] std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(mock_); }

    void execute(const std::string& line) {
        std::istringstream words(line);
        std::string command;
        int number = 0;
        int count = 0;
        words >> command >> number >> count;
        const auto error = static_cast<rd_kafka_resp_err_t>(number);
        if (command == "down") {
            rd_kafka_mock_broker_set_down(mock_, broker);
        } else if (command == "up") {
            rd_kafka_mock_broker_set_up(mock_, broker);
        } else if (command == "slow") {
            rd_kafka_mock_broker_set_rtt(mock_, broker, number);
        } else if (command == "refuse") {
            const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count), error);
            rd_kafka_mock_push_request_errors_array(mock_, produce_request, errors.size(),
                                                    errors.data());
        } else if (command == "forget") {
            rd_kafka_mock_topic_set_error(mock_, topic_.c_str(), error);
        } else if (command == "read") {
            read_all(brokers(), topic_, partitions_);
        }
        std::cout << "done" << std::endl;
    }

private:
    std::string topic_;
    int partitions_;
    rd_kafka_t* host_;
    rd_kafka_mock_cluster_t* mock_;
};

}  // namespace

int main(int count, char** arguments) {
    VEROHOOK_CHECK(count == 3);
    Cluster cluster(arguments[1], std::stoi(arguments[2]));
    std::cout << "brokers " << cluster.brokers() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        cluster.execute(line);
    }
}
