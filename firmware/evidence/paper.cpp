#include "firmware/evidence/paper.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <cassert>

#include "firmware/evidence/qr.hpp"

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

cairo_status_t append(void* to, const unsigned char* bytes, unsigned length) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), length);
    return CAIRO_STATUS_SUCCESS;
}

const char* name_of(Paper::Font font) {
    switch (font) {
        case Paper::Font::title: return "DejaVu Sans Bold 16";
        case Paper::Font::heading: return "DejaVu Sans Bold 11";
        case Paper::Font::body: return "DejaVu Sans 9";
        case Paper::Font::mono: return "DejaVu Sans Mono 7.5";
    }
    assert(!"every font has a name");
    return "";
}

}  // namespace

struct Paper::State {
    std::string out;
    std::unique_ptr<cairo_surface_t, By<cairo_surface_destroy>> surface;
    std::unique_ptr<cairo_t, By<cairo_destroy>> cairo;
    double y = margin;

    void space_for(double height) {
        if (y + height <= page_height - margin || y == margin) return;
        cairo_show_page(cairo.get());
        y = margin;
    }
};

Paper::Paper(const std::string& title, const std::string& created)
    : state_{std::make_unique<State>()} {
    auto& state = *state_;
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
    const std::unique_ptr<PangoLayout, By<g_object_unref>> layout{
        pango_cairo_create_layout(state.cairo.get())};
    const std::unique_ptr<PangoFontDescription, By<pango_font_description_free>> description{
        pango_font_description_from_string(name_of(font))};
    pango_layout_set_font_description(layout.get(), description.get());
    pango_layout_set_width(layout.get(), static_cast<int>((page_width - 2 * margin) * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
    int height = 0;
    pango_layout_get_pixel_size(layout.get(), nullptr, &height);
    state.space_for(height + space_before);
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

std::string Paper::pdf() && {
    cairo_surface_finish(state_->surface.get());
    return std::move(state_->out);
}

}  // namespace sealwarden::evidence
