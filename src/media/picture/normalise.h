#pragma once
#include "media/av.h"
#include "media/decoder.h"
#include "media/picture/picture.h"

#include <functional>

struct AVFilterGraph;
struct AVFilterContext;

namespace media {

/// Turns whatever a decoder gives into the engine's one kind of picture: upright, progressive, 8-bit 4:2:0, limited
/// range, BT.709, at most `height_max` high. HDR (PQ, HLG) is tone-mapped. Pictures that are already so pass untouched.
class Normaliser {
public:
    using Sink = std::function<void(Picture, double seconds)>;
    /// rotation: clockwise degrees of the display matrix.
    Normaliser(int rotation_degrees, int height_max) : rotation_(rotation_degrees), height_max_(height_max) {}
    ~Normaliser();
    void push(Item const& item, Sink const& sink);
    /// Gives out what a de-interlacer still holds, and forgets everything: before a seek and at the end.
    void flush(Sink const& sink);

private:
    struct GraphDeleter {
        void operator()(AVFilterGraph* graph) const;
    };
    /// What a graph was built for; a stream may change it on the way.
    struct Shape {
        int width = 0;
        int height = 0;
        int format = -1;
        int range = 0;
        int matrix = 0;
        int transfer = 0;
        bool interlaced = false;
        bool operator==(Shape const&) const = default;
    };
    static Shape shape_of(AVFrame const& frame);
    std::string description(Shape const& shape) const;
    void build(AVFrame const& frame, std::string const& filters);
    void pull(Sink const& sink);

    int rotation_;
    int height_max_;
    Shape shape_;
    bool seen_ = false;
    std::unique_ptr<AVFilterGraph, GraphDeleter> graph_;
    AVFilterContext* source_ = nullptr;
    AVFilterContext* sink_ = nullptr;
};

} // namespace media
