#include "accounts/passwords.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#include <algorithm>
#include <sodium.h>

namespace accounts {

using base::ErrorCode;
using base::fail;
using base::Next;

static constexpr std::size_t common_bytes_max = 1U << 20U;
static constexpr std::size_t own_characters_min = 6; ///< left when the user's name and ours are taken away
static constexpr std::size_t repeated_unit_max = 4;  ///< "abababababab" is nothing but "ab"
static constexpr std::string_view product = "ettametta";

static std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The shortest text whose repetition this is (the last time perhaps cut): "abcabca" -> "abc".
static std::string_view unit_of(std::string_view text)
{
    for (std::size_t length = 1; length < text.size(); ++length) {
        auto same = true;
        for (std::size_t i = length; i < text.size() && same; ++i) same = text[i] == text[i - length];
        if (same) return text.substr(0, length);
    }
    return text;
}

/// Without digits and signs at its end: "password1234!" -> "password".
static std::string_view stem_of(std::string_view text)
{
    auto const is_tail = [](char c) {
        return static_cast<unsigned char>(c) < 0x80 && std::isalpha(static_cast<unsigned char>(c)) == 0;
    };
    while (!text.empty() && is_tail(text.back())) text.remove_suffix(1);
    return text;
}

static std::string without(std::string text, std::string_view part)
{
    if (part.size() < 3) return text;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
    return text;
}

void PasswordPolicy::load()
{
    std::scoped_lock const lock(mutex_);
    if (!common_.empty()) return;
    text_ = base::read_file(file_, common_bytes_max);
    std::string_view const all = text_;
    for (std::size_t begin = 0; begin < all.size();) {
        auto const end = std::min(all.find('\n', begin), all.size());
        auto const line = all.substr(begin, end - begin);
        if (!line.empty() && line.front() != '#') common_.insert(line);
        begin = end + 1;
    }
}

std::size_t PasswordPolicy::common_count()
{
    load();
    return common_.size();
}

bool PasswordPolicy::is_common(std::string_view text) { return common_.contains(text); }

void PasswordPolicy::check(std::string_view password, std::string_view user_name)
{
    Next const next{"take a few words that belong together for nobody but you"};
    if (password.size() > password_bytes_max || !base::is_utf8(password))
        fail(ErrorCode::InvalidInput, "password: it must be UTF-8 of at most {} bytes", password_bytes_max);
    auto const length = characters(password);
    if (length < password_characters_min || length > password_characters_max)
        fail(ErrorCode::InvalidInput, next, "password: it has {} characters, and {} to {} are needed", length,
             password_characters_min, password_characters_max);
    load();
    auto const lower = base::lower_ascii(password);
    auto const unit = unit_of(lower);
    if (characters(unit) <= repeated_unit_max)
        fail(ErrorCode::InvalidInput, next, "password: it repeats the same few characters");
    if (is_common(lower) || is_common(stem_of(lower)) || is_common(unit))
        fail(ErrorCode::InvalidInput, next, "password: it is one of those that are tried first");
    auto const own = without(without(lower, user_name), product);
    if (own.size() < lower.size() && characters(own) < own_characters_min)
        fail(ErrorCode::InvalidInput, next, "password: it is hardly more than a name");
}

/// A copy of a password that is wiped when it goes.
struct Wiped {
    explicit Wiped(std::string_view from) : text(from) {}
    Wiped(Wiped const&) = delete;
    Wiped& operator=(Wiped const&) = delete;
    ~Wiped() { sodium_memzero(text.data(), text.size()); }
    std::string text;
};

template <class Work> auto PasswordHasher::in_turn(Work work)
{
    using Result = std::invoke_result_t<Work>;
    auto const task = std::make_shared<std::packaged_task<Result()>>(std::move(work));
    auto future = task->get_future();
    if (!pool_.try_submit([task](std::stop_token const&) { (*task)(); }))
        fail(ErrorCode::RateLimited, Next{"try again in a second"}, "too many people sign in at this moment");
    return future.get();
}

static std::string compute(std::string_view password, HashCost const& cost)
{
    std::string out(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str(out.data(), password.data(), password.size(), cost.passes, cost.memory_bytes) != 0)
        fail(ErrorCode::Unavailable, "there is not enough memory to hash a password ({} MiB)",
             cost.memory_bytes >> 20U);
    out.resize(std::char_traits<char>::length(out.c_str()));
    return out;
}

std::string PasswordHasher::hash(std::string_view password)
{
    auto const copy = std::make_shared<Wiped>(password);
    return in_turn([this, copy] {
        ++computed_;
        return compute(copy->text, cost_);
    });
}

bool PasswordHasher::verify(std::string_view password, std::string const& hash)
{
    auto const copy = std::make_shared<Wiped>(password);
    return in_turn([this, copy, hash] {
        ++computed_;
        return crypto_pwhash_str_verify(hash.c_str(), copy->text.data(), copy->text.size()) == 0;
    });
}

std::string PasswordHasher::stand_in(HashCost const& cost)
{
    return fmt::format("$argon2id$v=19$m={},t={},p=1${:A<22}${:A<43}", cost.memory_bytes >> 10U, cost.passes, "", "");
}

bool PasswordHasher::verify_nobody(std::string_view password)
{
    (void)verify(password, stand_in(cost_));
    return false;
}

bool PasswordHasher::is_outdated(std::string const& hash) const
{
    return crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory_bytes) != 0;
}

} // namespace accounts
