#include "media/speech/whisper_recogniser.h"

#include "base/error.h"
#include "base/text.h"

#include <algorithm>

#ifdef ETTAMETTA_WHISPER
#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <whisper.h>
#endif

namespace media::speech {

#ifdef ETTAMETTA_WHISPER

static constexpr std::size_t samples_min = 17'600;           ///< 1.1 s: it does not look at less than a second
static constexpr std::uintmax_t model_bytes_min = 1'000'000; ///< the words of a model alone are half as long
static constexpr double ticks_per_second = 100;

struct WhisperRecogniser::State {
    struct Free {
        void operator()(whisper_context* owned) const { whisper_free(owned); }
    };
    std::stop_token stop;
    std::unique_ptr<whisper_context, Free> context = {};
};

bool WhisperRecogniser::is_built_in() { return true; }

static void check_processor()
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        base::fail(base::ErrorCode::Unavailable, base::Next{"leave speech.model_file empty, or set speech.url"},
                   "whisper.cpp needs a processor with AVX2");
#endif
}

[[noreturn]] static void refuse(std::filesystem::path const& model)
{
    base::fail(base::ErrorCode::InvalidInput,
               base::Next{"give a ggml model, as `ettametta models get base.en` brings one"},
               "{} is no model of whisper.cpp", model.string());
}

/// The library ends the program where these numbers make no sense.
static void check_header(std::filesystem::path const& model)
{
    static constexpr std::uint32_t magic = 0x67676d6c; // "ggml"
    std::array<std::uint32_t, 12> header{};            // and vocabulary, six sizes of audio and text, mels, type
    std::ifstream file(model, std::ios::binary);
    file.read(reinterpret_cast<char*>(header.data()), sizeof header);
    auto const sizes = std::span(header).subspan(1, 10);
    auto const fine = file && header[0] == magic && header[1] > 50'000 && header[1] < 100'000 &&
                      header[11] % 1000 <= 25 &&
                      std::ranges::all_of(sizes, [](auto size) { return size >= 1 && size < 100'000; });
    std::error_code unknown;
    // One that ends before its first weights would pass for an empty model.
    if (!fine || std::filesystem::file_size(model, unknown) < model_bytes_min) refuse(model);
}

WhisperRecogniser::WhisperRecogniser(std::filesystem::path const& model, std::stop_token stop)
    : state_(std::make_unique<State>(State{std::move(stop)}))
{
    check_processor();
    check_header(model);
    ::setenv("GGML_NO_BACKTRACE", "1", 0); // it would start a debugger
    whisper_log_set([](ggml_log_level, char const*, void*) {}, nullptr);
    auto options = whisper_context_default_params();
    options.use_gpu = false;
    try {
        state_->context.reset(whisper_init_from_file_with_params(model.c_str(), options));
    } catch (std::exception const&) { // of a C function: a file that ends early
        refuse(model);
    }
    if (!state_->context) refuse(model);
}

WhisperRecogniser::~WhisperRecogniser() = default;

static whisper_full_params parameters(whisper_context& context, std::stop_token& stop)
{
    auto wanted = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
    wanted.n_threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
    wanted.token_timestamps = true; // with the two below: a segment is a word
    wanted.max_len = 1;
    wanted.split_on_word = true;
    wanted.no_context = true;
    wanted.suppress_blank = true;
    wanted.print_progress = false;
    wanted.print_realtime = false;
    wanted.print_timestamps = false;
    wanted.language = whisper_is_multilingual(&context) != 0 ? "auto" : "en";
    wanted.abort_callback = [](void* token) { return static_cast<std::stop_token*>(token)->stop_requested(); };
    wanted.abort_callback_user_data = &stop;
    return wanted;
}

std::vector<plan::Word> WhisperRecogniser::recognise(std::span<std::int16_t const> samples)
{
    std::vector<float> sound(std::max(samples.size(), samples_min));
    std::ranges::transform(samples, sound.begin(),
                           [](std::int16_t sample) { return static_cast<float>(sample) / 32768; });
    auto& context = *state_->context;
    auto const failed =
        whisper_full(&context, parameters(context, state_->stop), sound.data(), static_cast<int>(sound.size()));
    if (state_->stop.stop_requested()) base::fail(base::ErrorCode::Cancelled, "stopped while listening");
    if (failed != 0) base::fail(base::ErrorCode::Internal, "whisper.cpp failed with {}", failed);
    language_ = whisper_lang_str(whisper_full_lang_id(&context));
    auto const end = static_cast<double>(samples.size()) / 16'000;
    std::vector<plan::Word> words;
    for (int i = 0; i < whisper_full_n_segments(&context); ++i) {
        auto const text = base::clean_utf8(base::trim(whisper_full_get_segment_text(&context, i)));
        if (text.empty() || text.front() == '[' || text.front() == '(') continue; // "[music]", "(applause)"
        auto const from = static_cast<double>(whisper_full_get_segment_t0(&context, i)) / ticks_per_second;
        auto const to = static_cast<double>(whisper_full_get_segment_t1(&context, i)) / ticks_per_second;
        if (from >= end || to <= from) continue;
        words.push_back({text, from, std::min(to, end), std::nullopt});
    }
    return words;
}

#else

struct WhisperRecogniser::State {};

bool WhisperRecogniser::is_built_in() { return false; }

WhisperRecogniser::WhisperRecogniser(std::filesystem::path const&, std::stop_token)
{
    base::fail(base::ErrorCode::Unavailable, base::Next{"run deploy/fetch-whisper and build again"},
               "this program was built without whisper.cpp");
}

WhisperRecogniser::~WhisperRecogniser() = default;

std::vector<plan::Word> WhisperRecogniser::recognise(std::span<std::int16_t const>) { return {}; }

#endif

} // namespace media::speech
