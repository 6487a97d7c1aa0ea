#pragma once
#include "base/thread_pool.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <unordered_set>

namespace accounts {

/// Characters, not bytes. Twelve, because a second factor is not everybody's; no rules of what they must be.
inline constexpr std::size_t password_characters_min = 12;
inline constexpr std::size_t password_characters_max = 128;
inline constexpr std::size_t password_bytes_max = 512;

/// What may be a password: long enough, and not what everybody tries first.
class PasswordPolicy {
public:
    /// catalog/passwords/common.txt, read when first needed.
    explicit PasswordPolicy(std::filesystem::path common) : file_(std::move(common)) {}
    /// InvalidInput says what is wrong with it, and never what it is.
    void check(std::string_view password, std::string_view user_name);
    std::size_t common_count();

private:
    bool is_common(std::string_view text);
    void load();

    std::filesystem::path file_;
    std::mutex mutex_;
    std::string text_;
    std::unordered_set<std::string_view> common_; ///< into text_
};

struct HashCost {
    unsigned long long passes = 2;
    std::size_t memory_bytes = 64U << 20U;
};

/// argon2id (libsodium) on two threads of its own: each hash takes memory_bytes and a fifth of a second, so there are
/// never more at once, and few wait. Thread-safe.
class PasswordHasher {
public:
    static constexpr int threads = 2;
    PasswordHasher(HashCost cost, std::size_t waiting_max) : cost_(cost), pool_("argon2", threads, waiting_max) {}
    /// All of these wait for their turn; RateLimited where too many do already.
    std::string hash(std::string_view password);
    bool verify(std::string_view password, std::string const& hash);
    /// Takes as long as verify() and is always false: for names that nobody has.
    bool verify_nobody(std::string_view password);
    /// In the form of a hash of that cost, and of no password.
    static std::string stand_in(HashCost const& cost);
    /// Made with another cost than today's.
    bool is_outdated(std::string const& hash) const;
    /// How many hashes were computed: that a refusal costs the same can be told by it.
    std::int64_t computed() const { return computed_; }

private:
    template <class Work> auto in_turn(Work work);

    HashCost cost_;
    std::atomic<std::int64_t> computed_ = 0;
    base::ThreadPool pool_; // last: its threads end before what they use goes
};

} // namespace accounts
