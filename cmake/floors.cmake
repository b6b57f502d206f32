# Targets follow the floors of the code: a library names the floors below it, so a wrong include does not link.

add_library(sealwarden_flags INTERFACE)
target_compile_options(sealwarden_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  # Aggregates are made with the fields that matter named; the others have their defaults.
  -Wno-missing-field-initializers
  $<$<BOOL:${SEALWARDEN_WERROR}>:-Werror>)
target_compile_definitions(sealwarden_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_include_directories(sealwarden_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(SEALWARDEN_SANITIZE)
  target_compile_options(sealwarden_flags INTERFACE
    -fsanitize=${SEALWARDEN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sealwarden_flags INTERFACE -fsanitize=${SEALWARDEN_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # assert(!"a sentence") is how a bug speaks here.
  target_compile_options(sealwarden_flags INTERFACE -Wno-string-conversion -Wno-missing-designated-field-initializers)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns of its own misunderstandings in Asio's fences and in std::variant.
  target_compile_options(sealwarden_flags INTERFACE -Wno-tsan -Wno-maybe-uninitialized)
endif()

# sealwarden_library(NAME SOURCES file... LIBS target...)
function(sealwarden_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  target_link_libraries(${NAME} PUBLIC sealwarden_flags ${ARG_LIBS} PRIVATE ${ARG_PRIVATE_LIBS})
endfunction()

# sealwarden_test(NAME [FAST] LABEL unit|sim|integration SOURCES file... LIBS target...)
# One test program a folder; ctest runs every case of it in one process, with the label given.
function(sealwarden_test NAME)
  cmake_parse_arguments(ARG "FAST" "LABEL;TIMEOUT" "SOURCES;LIBS;ENV" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE sealwarden_flags ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  # Half of a test's compile time is spent on making it fast. Simulations, and what says FAST, run for long enough to gain
  # from it.
  if(NOT ARG_FAST AND NOT ARG_LABEL STREQUAL sim)
    target_compile_options(${NAME} PRIVATE -O0 -g1)
  endif()
  target_compile_definitions(${NAME} PRIVATE
    SEALWARDEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SEALWARDEN_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  # Unit tests write into memory: waiting for a disk is the integration tests' matter.
  if(ARG_LABEL STREQUAL unit AND IS_DIRECTORY /dev/shm)
    list(APPEND ARG_ENV "TMPDIR=/dev/shm")
  endif()
  add_test(NAME ${NAME} COMMAND ${NAME} --gtest_brief=1)
  set_tests_properties(${NAME} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${ARG_ENV}")
endfunction()
