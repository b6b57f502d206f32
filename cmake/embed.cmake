# Data files inside the binary.
#
# sealwarden_embed(TARGET FUNCTION file...) adds to TARGET a source that defines
#     std::span<const Embedded> sealwarden::embedded::FUNCTION()      (drivers/embedded.hpp)
# with one element a file, in the order given: its name without the folder, and its bytes as they are at build time.
function(sealwarden_embed TARGET FUNCTION)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${FUNCTION}.cpp)
  set(files)
  foreach(file ${ARGN})
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND files ${file})
  endforeach()
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFUNCTION=${FUNCTION} "-DFILES=${joined}" -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_write.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_write.cmake VERBATIM)
  target_sources(${TARGET} PRIVATE ${output})
endfunction()
