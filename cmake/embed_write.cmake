# Run by sealwarden_embed at build time: writes OUTPUT with the bytes of FILES (separated by |).
string(REPLACE "|" ";" files "${FILES}")
set(text "#include \"drivers/embedded.hpp\"\n\nnamespace sealwarden::embedded {\nnamespace {\n\n")
set(rows "")
set(count 0)
foreach(file ${files})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND text "constexpr unsigned char bytes_${count}[] = {\n${bytes}0};\n")
  cmake_path(GET file FILENAME name)
  string(APPEND rows "    {\"${name}\", {reinterpret_cast<const char*>(bytes_${count}), sizeof bytes_${count} - 1}},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND text "\n}  // namespace\n\nstd::span<const Embedded> ${FUNCTION}();\n"
                   "std::span<const Embedded> ${FUNCTION}() {\n    static const Embedded files[] = {\n${rows}    };\n"
                   "    return files;\n}\n\n}  // namespace sealwarden::embedded\n")
file(WRITE ${OUTPUT} "${text}")
