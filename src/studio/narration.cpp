#include "studio/narration.h"

#include "base/file.h"
#include "base/hash.h"

namespace studio {

static constexpr std::size_t words_bytes_max = 8U << 20U;

Narration narrate_once(MediaChild const& media, std::string const& text, std::filesystem::path const& folder,
                       std::stop_token const& stop)
{
    base::make_folder(folder);
    auto const name = base::sha256(text).substr(0, 32);
    Narration narration{folder / (name + ".wav"), {}};
    auto const words = folder / (name + ".json");
    if (std::filesystem::exists(narration.file) && std::filesystem::exists(words)) {
        narration.spoken =
            base::read_json<plan::NarrateResult>(base::read_file(words, words_bytes_max), words.string());
        return narration;
    }
    base::TemporaryFolder const work(folder, ".narration");
    auto const made = work.path() / "voice.wav";
    narration.spoken = media.narrate({text, made.string(), work.path().string(), {}}, stop);
    base::write_file_atomic(words, base::to_json(narration.spoken));
    base::publish_file(made, narration.file); // last: with it the pair is whole
    return narration;
}

bool is_spoken_text(std::string const& voice)
{
    std::error_code ignored; // a text may be too long for a name
    if (std::filesystem::exists(voice, ignored)) return false;
    auto const file = voice.find(' ') == std::string::npos && std::filesystem::path(voice).has_extension();
    if (file) base::fail_errno(ENOENT, "read", voice);
    return true;
}

} // namespace studio
