# Writes a C++ source that holds the files of a folder, gzipped. Called by `verohook_embed`:
#     cmake -DFOLDER=… -DFILES=a;b -DOUT=… -P embed.cmake
set(arrays "")
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
  set(packed "${OUT}.gz")
  file(ARCHIVE_CREATE OUTPUT ${packed} PATHS ${FOLDER}/${file} FORMAT raw
    COMPRESSION GZip COMPRESSION_LEVEL 9)
  file(READ ${packed} bytes HEX)
  file(REMOVE ${packed})
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char file_${number}[] = {${bytes}};\n")
  string(APPEND entries "    asset(\"/${file}\", file_${number}, sizeof file_${number}),\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "// Made by src/cmake/embed.cmake.
#include \"admin/inspector/assets.hpp\"

#include <array>

namespace verohook::admin {

namespace {

${arrays}
Asset asset(std::string_view path, const unsigned char* bytes, std::size_t size) {
    return {path, {reinterpret_cast<const char*>(bytes), size}};
}

}  // namespace

std::span<const Asset> assets() {
    static const std::array<Asset, ${number}> all{
${entries}    };
    return all;
}

}  // namespace verohook::admin
")
