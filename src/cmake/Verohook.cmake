# What every target of the project shares.

add_library(verohook_options INTERFACE)
target_compile_options(verohook_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wimplicit-fallthrough
  # g++ 12 warns falsely of std::string's operator+ (GCC bug 105651).
  -Wno-restrict
  $<$<BOOL:${VEROHOOK_WERROR}>:-Werror>
  -fstack-protector-strong -D_GLIBCXX_ASSERTIONS
  $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
target_link_options(verohook_options INTERFACE -Wl,-z,relro,-z,now)
# Asio's parts that are not wanted, and the linker's own view of Boost: headers alone.
target_compile_definitions(verohook_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)

# Where several sources are compiled as one (CMAKE_UNITY_BUILD), names of one file are seen in others.
if(CMAKE_UNITY_BUILD)
  target_compile_options(verohook_options INTERFACE -Wno-shadow)
endif()

if(VEROHOOK_SANITIZE)
  target_compile_options(verohook_options INTERFACE
    -fsanitize=${VEROHOOK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # This warning sees ghosts in instrumented code.
    -Wno-maybe-uninitialized)
  if(VEROHOOK_SANITIZE MATCHES thread)
    target_compile_options(verohook_options INTERFACE -Wno-tsan)
  endif()
  target_link_options(verohook_options INTERFACE -fsanitize=${VEROHOOK_SANITIZE})
endif()

# verohook_library(NAME DEPENDS … PRIVATE …): the static library verohook_NAME out of every .cpp of
# this folder. DEPENDS are other modules, seen by users too; PRIVATE are libraries of others.
function(verohook_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  list(TRANSFORM ARG_DEPENDS PREPEND verohook_)
  add_library(verohook_${name} STATIC ${sources})
  target_include_directories(verohook_${name}
    PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(verohook_${name}
    PUBLIC ${ARG_DEPENDS} Boost::headers PRIVATE verohook_options ${ARG_PRIVATE} Threads::Threads)
endfunction()

# verohook_test(NAME LABEL DEPENDS …): one GoogleTest program out of every *_test.cpp of a folder.
function(verohook_test name)
  cmake_parse_arguments(ARG "" "LABEL;FOLDER" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${ARG_FOLDER}/*.cpp)
  if(NOT sources)
    return()
  endif()
  list(TRANSFORM ARG_DEPENDS PREPEND verohook_)
  add_executable(${name} ${sources})
  # What is tested is as released; the tables of the tests themselves take long to optimize.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE verohook_options test_paths ${ARG_DEPENDS} ${ARG_PRIVATE}
    GTest::gmock GTest::gtest_main Threads::Threads)
  gtest_discover_tests(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 120
    DISCOVERY_TIMEOUT 60)
endfunction()

# verohook_embed(TARGET FOLDER): every file below FOLDER becomes part of TARGET.
function(verohook_embed target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*)
  list(TRANSFORM files PREPEND ${folder}/ OUTPUT_VARIABLE paths)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded.cpp)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} "-DFILES=${files}" -DOUT=${source}
      -P ${CMAKE_SOURCE_DIR}/src/cmake/embed.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/src/cmake/embed.cmake
    COMMENT "Embedding ${folder}" VERBATIM)
  # By itself, so that what reads the sources before a build finds all the others.
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${source})
endfunction()
