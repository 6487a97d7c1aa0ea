#include "base/json.h"

#include <algorithm>

namespace base {

json::value parse_json(std::string_view text, std::string_view what)
{
    static constexpr std::size_t large = 4'096;
    json::error_code error;
    json::stream_parser parser; // depth is limited to 32 levels by default
    // A large document is one block of memory, which lives as long as any part of it: a third of the time.
    if (text.size() > large)
        parser.reset(
            json::make_shared_resource<json::monotonic_resource>(std::min(text.size(), std::size_t{1} << 20U)));
    auto const read = parser.write_some(text.data(), text.size(), error);
    if (!error) parser.finish(error);
    if (!error && trim(text.substr(read)).empty()) return parser.release();
    auto const line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(read), '\n');
    fail(ErrorCode::InvalidInput, "{}: not valid JSON at line {}, byte {}: {}", what, line, read,
         error ? error.message() : "text after the end of the document");
}

namespace detail {

void put_string(std::string& out, std::string_view text)
{
    static constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    std::size_t plain = 0; // begin of what needs no escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = text[i];
        auto const byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, plain, i - plain);
        plain = i + 1;
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else
            ((out += "\\u00") += hex[byte >> 4U]) += hex[byte & 15U];
    }
    out.append(text, plain) += '"';
}

void put_double(std::string& out, double value)
{
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    char buffer[32];
    auto const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string_view const digits(buffer, static_cast<std::size_t>(end - buffer));
    out += digits;
    if (digits.find_first_of(".e") == std::string_view::npos) out += ".0"; // a double stays one when read again
}

void fail_type(std::string const& path, std::string_view expected)
{
    fail(ErrorCode::InvalidInput, "{}: expected {}", path.empty() ? "document" : path, expected);
}

} // namespace detail

static void put_pretty(std::string& out, json::value const& value, std::string const& indent)
{
    auto const deeper = indent + "  ";
    if (auto const* object = value.if_object(); object && !object->empty()) {
        auto const* separator = "{\n";
        for (auto const& field : *object) {
            out += separator + deeper;
            separator = ",\n";
            detail::put_string(out, field.key());
            out += ": ";
            put_pretty(out, field.value(), deeper);
        }
        out += "\n" + indent + "}";
    } else if (auto const* array = value.if_array(); array && !array->empty()) {
        auto const* separator = "[\n";
        for (auto const& item : *array) {
            out += separator + deeper;
            separator = ",\n";
            put_pretty(out, item, deeper);
        }
        out += "\n" + indent + "]";
    } else if (value.is_double()) {
        detail::put_double(out, value.get_double());
    } else {
        out += json::serialize(value);
    }
}

std::string pretty_json(json::value const& value)
{
    std::string out;
    put_pretty(out, value, "");
    return out + "\n";
}

} // namespace base
