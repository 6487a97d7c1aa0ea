#pragma once
// A model for whisper.cpp that hears nothing: whatever it is given, its decoder says a fixed list of words. It has the
// shape of tiny.en with one layer on each side, and tests everything around the model, not how well anybody hears.
#include "base/file.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace test {

class ScriptedModel {
public:
    /// At most 60 words; they are said to end after so many seconds.
    static void write(std::filesystem::path const& file, std::vector<std::string> const& words, double seconds)
    {
        ScriptedModel model;
        model.header();
        model.filters();
        auto const script = model.vocabulary(words, seconds);
        model.encoder();
        model.decoder(script);
        base::write_file_atomic(file, model.bytes_);
    }

private:
    static constexpr int tokens = 51'864;
    static constexpr int text_tokens = 50'257;
    static constexpr int end_of_text = 50'256;
    static constexpr int first_time = 50'363; ///< <|0.00|>; one for each fiftieth of a second follows
    static constexpr int first_word = 1'000;  ///< any that are not special
    static constexpr int audio_steps = 1'500;
    static constexpr int text_steps = 448;
    static constexpr int width = 64;
    static constexpr int mels = 80;
    static constexpr int bins = 201;

    void number(std::int32_t value) { bytes_.append(reinterpret_cast<char const*>(&value), 4); }

    void header()
    {
        number(0x67676d6c); // "ggml"
        for (auto const value : {tokens, audio_steps, width, 1, 1, text_steps, width, 1, 1, mels, 1}) number(value);
    }

    void filters() // of the spectrum; silence would do as well
    {
        number(mels);
        number(bins);
        bytes_.append(4UL * mels * bins, '\0');
    }

    std::vector<int> vocabulary(std::vector<std::string> const& words, double seconds)
    {
        std::vector<std::string> texts(text_tokens);
        for (int i = 0; i < text_tokens; ++i) texts[static_cast<std::size_t>(i)] = "\x01" + std::to_string(i);
        texts[220] = " ";
        std::vector<int> script{first_time};
        for (auto const& word : words) {
            auto const token = first_word + static_cast<int>(script.size());
            texts[static_cast<std::size_t>(token)] = " " + word;
            script.push_back(token);
        }
        script.push_back(first_time + static_cast<int>(std::lround(seconds * 50)));
        script.push_back(end_of_text);
        number(text_tokens);
        for (auto const& text : texts) {
            number(static_cast<int>(text.size()));
            bytes_ += text;
        }
        return script;
    }

    static std::uint16_t half(float value) ///< truncated; fine for the few numbers here
    {
        auto const bits = std::bit_cast<std::uint32_t>(value);
        auto const sign = bits >> 16U & 0x8000U;
        auto const exponent = static_cast<int>(bits >> 23U & 255U) - 112;
        return static_cast<std::uint16_t>(
            exponent <= 0 ? sign : sign | static_cast<unsigned>(exponent) << 10U | (bits >> 13U & 0x3ffU));
    }

    void tensor(std::string const& name, std::vector<int> const& shape, std::vector<float> const& values, bool halves)
    {
        number(static_cast<int>(shape.size()));
        number(static_cast<int>(name.size()));
        number(halves ? 1 : 0);
        for (auto const size : shape) number(size);
        bytes_ += name;
        for (auto const value : values) {
            auto const small = half(value);
            if (halves)
                bytes_.append(reinterpret_cast<char const*>(&small), 2);
            else
                bytes_.append(reinterpret_cast<char const*>(&value), 4);
        }
    }
    void constant(std::string const& name, std::vector<int> const& shape, float value, bool halves)
    {
        std::size_t count = 1;
        for (auto const size : shape) count *= static_cast<std::size_t>(size);
        tensor(name, shape, std::vector<float>(count, value), halves);
    }
    void weights(std::string const& name, std::vector<int> const& shape, bool bias = true)
    {
        constant(name + ".weight", shape, 0, true);
        if (bias) constant(name + ".bias", {shape.back()}, 0, false);
    }
    void norm(std::string const& name)
    {
        constant(name + ".weight", {width}, 1, false);
        constant(name + ".bias", {width}, 0, false);
    }
    void attention(std::string const& name)
    {
        norm(name + "_ln");
        for (auto const* part : {"query", "key", "value", "out"})
            weights(name + "." + part, {width, width}, std::strcmp(part, "key") != 0);
    }
    void mix(std::string const& name)
    {
        norm(name + ".mlp_ln");
        weights(name + ".mlp.0", {width, 4 * width});
        weights(name + ".mlp.2", {4 * width, width});
    }

    void encoder()
    {
        constant("encoder.positional_embedding", {width, audio_steps}, 0, false);
        for (auto const& [name, inputs] : {std::pair{"encoder.conv1", mels}, std::pair{"encoder.conv2", width}}) {
            constant(std::string(name) + ".weight", {3, inputs, width}, 0, true);
            constant(std::string(name) + ".bias", {1, width}, 0, false);
        }
        norm("encoder.ln_post");
        attention("encoder.blocks.0.attn");
        mix("encoder.blocks.0");
    }

    /// Rows of a Hadamard matrix are orthogonal: step p looks like nothing but the token that stands at p.
    static float direction(std::size_t step, int dimension)
    {
        return std::popcount((step + 1) & static_cast<std::size_t>(dimension)) % 2 == 0 ? 1.0F : -1.0F;
    }

    void decoder(std::vector<int> const& script)
    {
        std::vector<float> steps(static_cast<std::size_t>(text_steps) * width);
        std::vector<float> embedding(static_cast<std::size_t>(tokens) * width);
        for (std::size_t step = 0; step < text_steps; ++step)
            for (int i = 0; i < width; ++i) {
                auto const at = std::min(step, script.size() - 1);
                steps[step * width + static_cast<std::size_t>(i)] = 20 * direction(at, i);
                if (step < script.size())
                    embedding[static_cast<std::size_t>(script[step]) * width + static_cast<std::size_t>(i)] +=
                        0.6F * direction(step, i);
            }
        tensor("decoder.positional_embedding", {width, text_steps}, steps, false);
        tensor("decoder.token_embedding.weight", {width, tokens}, embedding, true);
        norm("decoder.ln");
        attention("decoder.blocks.0.attn");
        attention("decoder.blocks.0.cross_attn");
        mix("decoder.blocks.0");
    }

    std::string bytes_;
};

} // namespace test
