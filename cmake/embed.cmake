# ettametta_embed_migrations(TARGET FOLDER): FOLDER/NNNN_name.sql become part of the program, so that an installed
# binary needs no file of the source tree. The same file, run as a script, writes the C++ source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files "${FOLDER}/*.sql")
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    get_filename_component(stem "${file}" NAME_WE)
    if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+$")
      message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
    endif()
    set(number "${CMAKE_MATCH_1}")
    string(REGEX REPLACE "^0+" "" number "${number}")
    file(READ "${file}" text)
    string(FIND "${text}" ")sql\"" bad)
    if(NOT bad EQUAL -1)
      message(FATAL_ERROR "${file}: may not contain the end mark of a raw string")
    endif()
    string(APPEND rows "    {${number}, \"${stem}\", R\"sql(${text})sql\"},\n")
  endforeach()
  file(WRITE "${OUTPUT}" "// Written by cmake/embed.cmake from db/migrations.
#include \"store/migrations.h\"

namespace store {

static constexpr Migration list[] = {
${rows}};

std::span<Migration const> all_migrations() { return list; }

} // namespace store
")
  return()
endif()

set(ETTAMETTA_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(ettametta_embed_migrations target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  set(output "${CMAKE_BINARY_DIR}/generated/${target}_migrations.cpp")
  add_custom_command(OUTPUT "${output}" DEPENDS ${files} "${ETTAMETTA_EMBED_SCRIPT}"
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/${folder} -DOUTPUT=${output} -P "${ETTAMETTA_EMBED_SCRIPT}"
    COMMENT "Embedding the migrations" VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
