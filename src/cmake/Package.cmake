# Where everything goes at `cmake --install`, and the Debian package out of it. The service's files
# say /usr/bin and /etc, so what is installed for them has --prefix /usr.
include(GNUInstallDirs)

set(package_folder ${CMAKE_BINARY_DIR}/package-files)
file(MAKE_DIRECTORY ${package_folder})

# The built-in configuration, but for what a service has differently: its state folder; and events
# do not go to standard output, because that is systemd's journal, and no place for people's data.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/config/verohook.toml ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
file(READ ${CMAKE_SOURCE_DIR}/config/verohook.toml service_toml)
function(replace_once old new)
  string(FIND "${service_toml}" "${old}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "config/verohook.toml has no: ${old}")
  endif()
  string(REPLACE "${old}" "${new}" replaced "${service_toml}")
  set(service_toml "${replaced}" PARENT_SCOPE)
endfunction()
replace_once("# state_dir = \"state\"" "state_dir = \"/var/lib/verohook\"")
replace_once("kind = \"stdout\"\n# enabled = true" "kind = \"stdout\"\nenabled = false")
file(GENERATE OUTPUT ${package_folder}/verohook.toml CONTENT "${service_toml}")

# add_packed(NAME FILE): the file, packed as Debian wants documents.
function(add_packed name file)
  add_custom_command(OUTPUT ${package_folder}/${name}
    COMMAND gzip -9nc ${file} > ${package_folder}/${name} DEPENDS ${file} VERBATIM)
endfunction()
# add_generated(NAME WHAT): what `verohook generate` prints, so that it says what the program does.
function(add_generated name what)
  add_custom_command(OUTPUT ${package_folder}/${name}
    COMMAND verohook generate ${what} > ${package_folder}/${name} DEPENDS verohook VERBATIM)
endfunction()

add_generated(verohook.1 man)
add_generated(verohook.toml.5 config-man)
add_generated(verohook.bash bash)
add_generated(_verohook zsh)
add_generated(verohook.fish fish)
add_packed(verohook.1.gz ${package_folder}/verohook.1)
add_packed(verohook.toml.5.gz ${package_folder}/verohook.toml.5)
add_packed(changelog.gz ${CMAKE_SOURCE_DIR}/CHANGELOG.md)
add_packed(changelog.Debian.gz ${CMAKE_SOURCE_DIR}/config/debian/changelog)
set(packed changelog.gz changelog.Debian.gz)
set(generated verohook.1.gz verohook.toml.5.gz verohook.bash _verohook verohook.fish)
set(package_files ${packed} ${generated})
list(TRANSFORM package_files PREPEND ${package_folder}/)
add_custom_target(package_files ALL DEPENDS ${package_files})

install(TARGETS verohook DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${package_folder}/verohook.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${package_folder}/verohook.toml.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${package_folder}/verohook.bash RENAME verohook
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${package_folder}/_verohook
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${package_folder}/verohook.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md config/debian/copyright ${package_folder}/changelog.gz
  ${package_folder}/changelog.Debian.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/verohook)
install(FILES config/nginx.conf config/haproxy.cfg config/haproxy-tcp.cfg config/Caddyfile
  config/prometheus-alerts.yml config/grafana-dashboard.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/verohook/examples)
install(FILES ${package_folder}/verohook.toml DESTINATION /etc/verohook
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
file(GLOB units CONFIGURE_DEPENDS config/systemd/*.service config/systemd/*.socket)
install(FILES ${units} DESTINATION /lib/systemd/system)
install(FILES config/systemd/verohook.sysusers RENAME verohook.conf DESTINATION lib/sysusers.d)
install(FILES config/systemd/verohook.tmpfiles RENAME verohook.conf DESTINATION lib/tmpfiles.d)

set(CPACK_GENERATOR DEB)
# The destinations that are absolute need it.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# No address at which anybody reads; scripts/package takes that of who builds it for others.
set(CPACK_PACKAGE_CONTACT "The verohook authors <nobody@verohook.invalid>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Each webhook is stored on the disk before it is answered, becomes a typed
event, and is delivered to files, SQLite, PostgreSQL, NATS, Kafka and others.
Vero documents no retry: what a receiver does not keep may be gone for ever.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "init-system-helpers (>= 1.52), systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nginx, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(file postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/config/debian/${file})
endforeach()
include(CPack)
