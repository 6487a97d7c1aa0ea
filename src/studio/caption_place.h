#pragma once
#include "plan/caption_layout.h"
#include "studio/canvas_map.h"
#include "studio/platform.h"

namespace studio {

enum class ObstacleKind { Text, Zone, Face };

/// Something on the canvas that captions must not cover, for a part of the clip.
struct Obstacle {
    double start = 0; ///< clip seconds
    double end = 0;
    Area area;
    ObstacleKind kind = ObstacleKind::Text;
    std::string what; ///< for people: "the text 'SALE'", "a face", "tiktok: buttons"
};

/// Writing and faces in the picture, as the plan shows them, and the platforms' own controls where the canvas has their
/// shape (9:16).
std::vector<Obstacle> find_obstacles(plan::EditPlan const& plan, plan::Analysis const& analysis,
                                     std::vector<Platform> const& platforms);

/// What placing found, for the decisions.
struct PlacementReport {
    std::size_t cards = 0;
    std::size_t moves = 0;      ///< times the captions change their place
    double covered_seconds = 0; ///< of the clip, in which they have to stand on something
    std::string covered;        ///< what, first
};

/// Decides where each card stands: free of obstacles, near the style's place, and where the card before stood. The
/// least bad place is taken where none is free. Writes captions.placements.
PlacementReport place_captions(plan::Captions& captions, plan::Canvas const& canvas, double clip_seconds,
                               std::vector<Obstacle> const& obstacles);

/// The box that a card's text takes, centred across the canvas; an estimate on the large side.
Area card_area(plan::Captions const& captions, plan::CaptionCard const& card, plan::Canvas const& canvas,
               double position);

} // namespace studio
