#pragma once

#include <verohook/base/result.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace verohook {

/// An IPv4 or IPv6 address; IPv4-mapped IPv6 is IPv4. Default: none (a unix socket's peer).
class IpAddress {
public:
    [[nodiscard]] static Result<IpAddress> parse(std::string_view text);
    [[nodiscard]] static IpAddress from_v4(std::array<std::uint8_t, 4> bytes);
    [[nodiscard]] static IpAddress from_v6(std::array<std::uint8_t, 16> bytes);
    [[nodiscard]] bool is_none() const { return bits_ == 0; }
    [[nodiscard]] bool is_loopback() const;
    [[nodiscard]] std::string to_string() const;  ///< `unix` for none.
    bool operator==(const IpAddress&) const = default;

private:
    friend class Cidr;
    std::array<std::uint8_t, 16> bytes_{};
    unsigned bits_ = 0;  ///< 0, 32 or 128
};

/// `10.0.0.0/8`, `::1/128`, or one address.
class Cidr {
public:
    [[nodiscard]] static Result<Cidr> parse(std::string_view text);
    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] std::string to_string() const;

private:
    IpAddress network_;
    unsigned prefix_ = 0;
};

/// Whether any of `networks` contains `address`.
[[nodiscard]] bool contains(const std::vector<Cidr>& networks, const IpAddress& address);

}  // namespace verohook
