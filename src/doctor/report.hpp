#pragma once

#include <string>
#include <string_view>
#include <vector>

/// For the operator whose events do not arrive: one check for each link of the way from Vero to a
/// sink, and what to do about the one that is broken.
namespace verohook::doctor {

enum class Verdict { ok, warning, failed };

/// What one check has found. All texts are fit for a terminal, and hold no secret.
struct Finding {
    std::string check;  ///< Its name, for programs: `tls`, `sink crm`.
    Verdict verdict = Verdict::ok;
    std::string sentence;
    std::string advice = {};  ///< What to do; empty where all is well.
};

/// What all checks have found, in the order of the way.
class Report {
public:
    void ok(std::string check, std::string_view sentence);
    void warn(std::string check, std::string_view sentence, std::string_view advice);
    void fail(std::string check, std::string_view sentence, std::string_view advice);

    [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
    [[nodiscard]] bool has_failed() const;
    /// Whether a check of that name has failed.
    [[nodiscard]] bool has_failed(std::string_view check) const;

private:
    std::vector<Finding> findings_;
};

/// A line for each, and below it what to do.
[[nodiscard]] std::string to_text(const Report& report, bool colour);
/// `verohook.doctor.v1`, one object on one line.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace verohook::doctor
