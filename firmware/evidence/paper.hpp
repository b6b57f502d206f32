// A4 pages with text that can be selected, by cairo and pango: the one door to both.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/timeline/scene.hpp"

namespace sealwarden::evidence {

// Paragraphs from the top down, page after page. Fonts are the system's.
class Paper {
  public:
    enum class Font { title, heading, body, small, mono };
    // What stands at the foot of a page; they are counted from 1.
    using Foot = std::function<std::string(int page)>;
    // `created` as in a record; else the moment of rendering would make other bytes each time.
    Paper(const std::string& title, const std::string& created, Foot foot = {});
    ~Paper();
    void paragraph(const std::string& text, Font font, double space_before);  // points
    // A QR code of these bytes; nothing when they are too many for one.
    void code(const std::string& bytes);
    // As wide as the text; a tall one is made to fit a page, or the rest of this one where little
    // is wanting.
    void picture(const timeline::Scene& scene);
    [[nodiscard]] int pages() const;  // so far; never 0
    [[nodiscard]] std::string pdf() &&;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::evidence
