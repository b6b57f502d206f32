#include "firmware/evidence/paper.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "firmware/evidence/qr.hpp"
#include "firmware/timeline/ink.hpp"

namespace sealwarden::evidence {
namespace {

template <auto Free>
struct By {
    template <class Handle>
    void operator()(Handle* handle) const {
        Free(handle);
    }
};

// Points (1/72 inch); A4.
constexpr double page_width = 595.28, page_height = 841.89, margin = 48;
constexpr int text_width = static_cast<int>((page_width - 2 * margin) * PANGO_SCALE);

cairo_status_t append(void* to, const unsigned char* bytes, unsigned length) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), length);
    return CAIRO_STATUS_SUCCESS;
}

const char* name_of(Paper::Font font) {
    switch (font) {
        case Paper::Font::title: return "DejaVu Sans Bold 16";
        case Paper::Font::heading: return "DejaVu Sans Bold 11";
        case Paper::Font::body: return "DejaVu Sans 9";
        case Paper::Font::small: return "DejaVu Sans 7";
        case Paper::Font::mono: return "DejaVu Sans Mono 7.5";
    }
    assert(!"every font has a name");
    return "";
}

using Layout = std::unique_ptr<PangoLayout, By<g_object_unref>>;

Layout layout_of(cairo_t* cairo, const std::string& text, const char* font) {
    Layout layout{pango_cairo_create_layout(cairo)};
    const std::unique_ptr<PangoFontDescription, By<pango_font_description_free>> description{
        pango_font_description_from_string(font)};
    pango_layout_set_font_description(layout.get(), description.get());
    pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
    return layout;
}

void use_colour(cairo_t* cairo, unsigned colour) {
    const auto part = [colour](unsigned shift) { return ((colour >> shift) & 0xFFU) / 255.0; };
    cairo_set_source_rgb(cairo, part(16), part(8), part(0));
}

// One group of a scene, in the scene's own pixels.
class Brush {
  public:
    Brush(cairo_t* cairo, const timeline::Ink& ink) : cairo_{cairo}, ink_{ink} {}

    void draw(const timeline::Line& line) {
        cairo_move_to(cairo_, line.x1, line.y1);
        cairo_line_to(cairo_, line.x2, line.y2);
        stroke();
    }
    void draw(const timeline::Box& box) {
        cairo_rectangle(cairo_, box.x, box.y, box.width, box.height);
        use_colour(cairo_, ink_.fill);
        cairo_fill(cairo_);
        if (ink_.hatched) hatch(box);
        cairo_rectangle(cairo_, box.x, box.y, box.width, box.height);
        const double dash[] = {4, 2};
        if (ink_.dashed) cairo_set_dash(cairo_, dash, 2, 0);
        stroke();
        cairo_set_dash(cairo_, dash, 0, 0);
    }
    void draw(const timeline::Words& words) {
        auto font = std::string{ink_.bold ? "DejaVu Sans Bold " : "DejaVu Sans "} +
                    std::to_string(static_cast<int>(ink_.words_size * 0.9)) + "px";
        const auto layout = layout_of(cairo_, words.text, font.c_str());
        int width = 0;
        pango_layout_get_pixel_size(layout.get(), &width, nullptr);
        const auto shift = words.anchor == timeline::Anchor::middle ? width / 2.0
                           : words.anchor == timeline::Anchor::end  ? width
                                                                    : 0.0;
        const auto line = pango_layout_get_baseline(layout.get()) / double{PANGO_SCALE};
        const auto x = words.x - shift, y = words.y - line;
        if (ink_.halo) {
            cairo_move_to(cairo_, x, y);
            pango_cairo_layout_path(cairo_, layout.get());
            use_colour(cairo_, 0xffffff);
            cairo_set_line_width(cairo_, 4);
            cairo_stroke(cairo_);
        }
        cairo_move_to(cairo_, x, y);
        use_colour(cairo_, ink_.words);
        pango_cairo_show_layout(cairo_, layout.get());
    }

  private:
    void stroke() {
        use_colour(cairo_, ink_.stroke);
        cairo_set_line_width(cairo_, ink_.stroke_width);
        cairo_stroke(cairo_);
    }
    void hatch(const timeline::Box& box) {
        cairo_save(cairo_);
        cairo_rectangle(cairo_, box.x, box.y, box.width, box.height);
        cairo_clip(cairo_);
        const int lines = static_cast<int>((box.width + box.height) / 8) + 1;
        for (int i = 0; i < lines; ++i) {
            const double x = box.x - box.height + 8.0 * i;
            cairo_move_to(cairo_, x, box.y + box.height);
            cairo_line_to(cairo_, x + box.height, box.y);
        }
        use_colour(cairo_, ink_.stroke);
        cairo_set_line_width(cairo_, 2);
        cairo_stroke(cairo_);
        cairo_restore(cairo_);
    }

    cairo_t* cairo_;
    timeline::Ink ink_;
};

}  // namespace

struct Paper::State {
    std::string out;
    std::unique_ptr<cairo_surface_t, By<cairo_surface_destroy>> surface;
    std::unique_ptr<cairo_t, By<cairo_destroy>> cairo;
    Foot foot;
    double y = margin;
    int page = 1;

    void space_for(double height) {
        if (y + height <= page_height - margin || y == margin) return;
        add_foot();
        cairo_show_page(cairo.get());
        y = margin;
        ++page;
    }
    void add_foot() const {
        if (!foot) return;
        const auto layout = layout_of(cairo.get(), foot(page), name_of(Font::small));
        pango_layout_set_width(layout.get(), text_width);
        pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
        cairo_move_to(cairo.get(), margin, page_height - margin + 10);
        pango_cairo_show_layout(cairo.get(), layout.get());
    }
};

Paper::Paper(const std::string& title, const std::string& created, Foot foot)
    : state_{std::make_unique<State>()} {
    auto& state = *state_;
    state.foot = std::move(foot);
    state.surface.reset(
        cairo_pdf_surface_create_for_stream(append, &state.out, page_width, page_height));
    state.cairo.reset(cairo_create(state.surface.get()));
    auto* surface = state.surface.get();
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
}

Paper::~Paper() = default;

void Paper::paragraph(const std::string& text, Font font, double space_before) {
    auto& state = *state_;
    const auto layout = layout_of(state.cairo.get(), text, name_of(font));
    pango_layout_set_width(layout.get(), text_width);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    int height = 0;
    pango_layout_get_pixel_size(layout.get(), nullptr, &height);
    // A heading is not left alone at the end of a page.
    const double kept = font == Font::heading ? 60 : 0;
    state.space_for(height + space_before + kept);
    state.y += space_before;
    cairo_move_to(state.cairo.get(), margin, state.y);
    pango_cairo_show_layout(state.cairo.get(), layout.get());
    state.y += height;
}

void Paper::code(const std::string& bytes) {
    const auto code = qr_code(bytes);
    if (!code) return;
    auto& state = *state_;
    constexpr double module = 2.6, quiet = qr_quiet * module;
    const auto width = static_cast<int>(code->width());
    state.space_for(width * module + 2 * quiet);
    for (int row = 0; row < width; ++row) {
        for (int column = 0; column < width; ++column) {
            if (!code->is_dark(row, column)) continue;
            cairo_rectangle(state.cairo.get(), margin + quiet + column * module,
                            state.y + quiet + row * module, module, module);
        }
    }
    cairo_fill(state.cairo.get());
    state.y += width * module + 2 * quiet;
}

void Paper::picture(const timeline::Scene& scene) {
    auto& state = *state_;
    constexpr double space = 8;
    constexpr double small_enough = 0.7;  // to end the page with it instead of with a hole
    const auto widest = std::min((page_width - 2 * margin) / scene.width,
                                 (page_height - 2 * margin - space) / scene.height);
    const auto fitting = (page_height - margin - space - state.y - 1) / scene.height;
    const auto scale = fitting >= small_enough * widest ? std::min(widest, fitting) : widest;
    state.space_for(scene.height * scale + space);
    state.y += space;
    auto* cairo = state.cairo.get();
    cairo_save(cairo);
    cairo_translate(cairo, margin, state.y);
    cairo_scale(cairo, scale, scale);
    for (const auto& group : scene.groups) {
        Brush brush{cairo, timeline::ink_of(group.look, group.hollow)};
        for (const auto& form : group.forms)
            std::visit([&](const auto& one) { brush.draw(one); }, form);
    }
    cairo_restore(cairo);
    state.y += scene.height * scale;
}

int Paper::pages() const {
    return state_->page;
}

std::string Paper::pdf() && {
    state_->add_foot();
    cairo_surface_finish(state_->surface.get());
    return std::move(state_->out);
}

}  // namespace sealwarden::evidence
