// report.pdf, by cairo and pango.
#include <cairo-pdf.h>
#include <fmt/core.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "firmware/evidence/people.hpp"
#include "firmware/evidence/tables.hpp"
#include "firmware/tlog/key_words.hpp"

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

// Paragraphs from the top down, page after page.
class Paper {
  public:
    Paper(std::string& out, const std::string& title, const std::string& created)
        : surface_{cairo_pdf_surface_create_for_stream(append, &out, page_width, page_height)},
          cairo_{cairo_create(surface_.get())} {
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
        // Else the moment of rendering: the same input would give other bytes.
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                       created.c_str());
    }
    void paragraph(const std::string& text, const char* font, double space_before) {
        const std::unique_ptr<PangoLayout, By<g_object_unref>> layout{
            pango_cairo_create_layout(cairo_.get())};
        const std::unique_ptr<PangoFontDescription, By<pango_font_description_free>> description{
            pango_font_description_from_string(font)};
        pango_layout_set_font_description(layout.get(), description.get());
        pango_layout_set_width(layout.get(),
                               static_cast<int>((page_width - 2 * margin) * PANGO_SCALE));
        pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_text(layout.get(), text.c_str(), static_cast<int>(text.size()));
        int height = 0;
        pango_layout_get_pixel_size(layout.get(), nullptr, &height);
        space_for(height + space_before);
        y_ += space_before;
        cairo_move_to(cairo_.get(), margin, y_);
        pango_cairo_show_layout(cairo_.get(), layout.get());
        y_ += height;
    }
    void code(const std::string& bytes) {
        const std::unique_ptr<QRcode, By<QRcode_free>> code{QRcode_encodeData(
            static_cast<int>(bytes.size()), reinterpret_cast<const unsigned char*>(bytes.data()), 0,
            QR_ECLEVEL_M)};
        if (!code) return;  // too long for any code; the text stands in the bundle
        constexpr double module = 2.6, quiet = 4 * module;  // ISO/IEC 18004: four modules
        space_for(code->width * module + 2 * quiet);
        for (int i = 0; i < code->width * code->width; ++i) {
            if ((code->data[i] & 1) == 0) continue;
            cairo_rectangle(cairo_.get(), margin + quiet + i % code->width * module,
                            y_ + quiet + i / code->width * module, module, module);
        }
        cairo_fill(cairo_.get());
        y_ += code->width * module + 2 * quiet;
    }
    void finish() { cairo_surface_finish(surface_.get()); }

  private:
    void space_for(double height) {
        if (y_ + height <= page_height - margin || y_ == margin) return;
        cairo_show_page(cairo_.get());
        y_ = margin;
    }
    std::unique_ptr<cairo_surface_t, By<cairo_surface_destroy>> surface_;
    std::unique_ptr<cairo_t, By<cairo_destroy>> cairo_;
    double y_ = margin;
};

constexpr const char* big = "DejaVu Sans Bold 16";
constexpr const char* heading = "DejaVu Sans Bold 11";
constexpr const char* body = "DejaVu Sans 9";
constexpr const char* mono = "DejaVu Sans Mono 7.5";

std::string line_of(std::uint64_t index, const nlohmann::json& record) {
    std::string subjects;
    for (const auto& subject : record.at("subj")) {
        subjects += fmt::format(" {}:{}", subject.at("k").get<std::string>(),
                                subject.at("v").get<std::string>());
    }
    return fmt::format("{}  {}  {} {}  {}", index, record.at("t").at("wall").get<std::string>(),
                       record.at("kind").get<std::string>(), subjects, record.at("data").dump());
}

std::string said(const nlohmann::json& data, const char* name) {
    const auto found = data.find(name);
    return found != data.end() && found->is_string() ? found->get<std::string>() : "?";
}

}  // namespace

std::string report_pdf(const Given& given, const LogView& log, const Options& options) {
    const auto say = [&](const std::string& key, std::map<std::string, std::string> places = {}) {
        return text(options.language, key, places);
    };
    const auto& made = given.records.at(options.export_entry).json;
    const auto when = made.at("t").at("wall").get<std::string>();
    const auto& sheet = options.sheet;
    std::string pdf;
    Paper paper{pdf, say("report.title"), when};
    const auto list = [&](const char* title, const char* none,
                          const std::function<bool(const nlohmann::json&)>& wanted) {
        paper.paragraph(say(title), heading, 14);
        bool any = false;
        for (const auto& [index, record] : given.records) {
            if (!given.window.holds(index) || !wanted(record.json)) continue;
            any = true;
            paper.paragraph(line_of(index, record.json), mono, 3);
        }
        if (!any) paper.paragraph(say(none), body, 4);
    };

    paper.paragraph(say("report.title"), big, 0);
    paper.paragraph(say("report.question"), heading, 12);
    paper.paragraph(say("report.subject",
                        {{"subject", given.query.subject.kind + " " + given.query.subject.id}}),
                    body, 4);
    paper.paragraph(say("report.period", {{"since", text_of(given.query.since)},
                                          {"until", text_of(given.query.until)}}),
                    body, 2);
    const auto& data = made.at("data");
    paper.paragraph(say("report.export", {{"who", said(data, "who")},
                                          {"whom", said(data, "for")},
                                          {"why", said(data, "why")},
                                          {"index", std::to_string(options.export_entry)},
                                          {"when", when}}),
                    body, 2);
    paper.paragraph(say("report.basis"), heading, 14);
    paper.paragraph(
        say("report.basis.text", {{"count", std::to_string(given.records.size())},
                                  {"asked", std::to_string(given.asked_for)},
                                  {"from", std::to_string(given.window.from)},
                                  {"to", std::to_string(given.window.to)},
                                  {"origin", tlog::log_name(sheet.origin, log.generation())},
                                  {"verified", say("verdict.verified")},
                                  {"gaps", say("verdict.verified_with_gaps")},
                                  {"changed", say("verdict.changed")},
                                  {"not_provable", say("verdict.not_provable")},
                                  {"not_checked", say("verdict.not_checked")}}),
        body, 4);
    list("report.records", "report.records.none",
         [&](const nlohmann::json& record) { return is_about(record, given.query.subject); });
    list("report.gaps", "report.gaps.none", tells_of_gaps);
    paper.paragraph(say("report.risks"), heading, 14);
    paper.paragraph(say("report.risk.r1", {{"epoch", std::to_string(sheet.epoch.count())},
                                           {"export", std::to_string(sheet.export_every.count())}}),
                    body, 4);
    paper.paragraph(say("report.risk.r2"), body, 3);
    paper.paragraph(say("report.risk.r3"), body, 3);
    paper.paragraph(say("report.head"), heading, 14);
    paper.paragraph(say("report.head.text", {{"size", std::to_string(given.head)}}), body, 4);
    paper.code(with_first_signature(given.head_note));
    paper.paragraph(say("report.sheet", {{"words", tlog::key_words(tlog::text_of(sheet))}}), body,
                    4);
    paper.finish();
    return pdf;
}

}  // namespace sealwarden::evidence
