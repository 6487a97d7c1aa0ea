#pragma once
#include "base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace discovery {

/// How the text or number a platform gives becomes a value of ours.
enum class Convert {
    Text,         ///< the first of an array; cleaned and trimmed
    Html,         ///< as Text, with tags and entities resolved
    FileTitle,    ///< "File:Rye milling.ogv" -> "Rye milling"
    SlugTitle,    ///< "https://x.example/video/a-baker-scoring-900/" -> "A baker scoring"
    FirstLine,    ///< of a text or of simple HTML, tags and entities resolved
    Number,       ///< a number, or a text that is one
    Count,        ///< as Number, and "6,608", "1.2K", "200+"; below zero is unknown
    Duration,     ///< seconds, "H:MM:SS", "PT1H2M3S", "3h21m9s"
    Milliseconds, ///< a duration in thousandths
    Time,         ///< RFC 3339 and its kin
    EpochSeconds,
    EpochMilliseconds,
    Rfc2822,
    IdTime,   ///< a 64-bit id whose upper half is a moment in seconds
    List,     ///< an array, or a text split at `separators`
    Hashtags, ///< "#tags" out of a text
    License,  ///< a name of license.h
    Hash,     ///< 16 hexadecimal digits, where a platform gives no id
};
BOOST_DESCRIBE_ENUM(Convert, Text, Html, FileTitle, SlugTitle, FirstLine, Number, Count, Duration, Milliseconds, Time,
                    EpochSeconds, EpochMilliseconds, Rfc2822, IdTime, List, Hashtags, License, Hash)

inline constexpr std::size_t title_bytes_max = 300;
inline constexpr std::size_t description_bytes_max = 4'000;
inline constexpr std::size_t tag_bytes_max = 100;
inline constexpr std::size_t tags_max = 50;

/// What a JSON value says as text: strings, numbers, the first of an array. Empty text is nothing.
std::optional<std::string> text_of(base::json::value const& value);
std::optional<double> number_of(base::json::value const& value);
std::optional<std::int64_t> parse_count(std::string_view text);
/// Seconds.
std::optional<double> parse_length(std::string_view text);
std::optional<base::Time> epoch_time(double seconds);
/// Parts between any of the separators, trimmed, without empty ones and repetitions, within the limits for tags.
std::vector<std::string> split_list(std::string_view text, std::string_view separators);
/// "eng", "English" and "en_US" -> "en", "en-us"; nothing for what is no language tag.
std::optional<std::string> language_tag(std::string_view text);
std::string file_title(std::string_view name);
std::string slug_title(std::string_view url);
std::string first_line(std::string_view text);
/// "#SourDough bread, #rye" -> SourDough, rye.
std::vector<std::string> hashtags(std::string_view text);
std::optional<base::Time> id_time(std::string_view id);

} // namespace discovery
