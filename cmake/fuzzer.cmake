# ettametta_fuzzer(NAME LIBRARIES target...)
# tests/fuzz/NAME.cpp defines LLVMFuzzerTestOneInput; the files in tests/fuzz/NAME/ are inputs to begin with.
# With the preset `fuzz` it becomes a libFuzzer program, else a test that replays those inputs and some thousand
# mutations of them from a fixed seed.
function(ettametta_fuzzer name)
  cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
  add_executable(${name}_fuzz tests/fuzz/${name}.cpp)
  target_link_libraries(${name}_fuzz PRIVATE ${arg_LIBRARIES})
  if(ETTAMETTA_SANITIZE MATCHES "fuzzer")
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name}_fuzz PRIVATE tests/fuzz/replay.cpp)
    add_test(NAME Fuzz.${name} COMMAND ${name}_fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/${name})
    set_tests_properties(Fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
endfunction()
