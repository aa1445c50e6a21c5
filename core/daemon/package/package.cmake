# What `cmake --install` puts where, and the .deb that cpack makes of it (./bootstrap package).
#
# The maintainer scripts, the copyright file and the completion stand beside this file; the unit
# stands in core/daemon, the udev rules in udev.
include(GNUInstallDirs)

target_link_options(phial PRIVATE -Wl,-z,relro -Wl,-z,now)
set(package ${CMAKE_CURRENT_LIST_DIR})
install(TARGETS phial RUNTIME DESTINATION bin)
install(FILES ${CMAKE_SOURCE_DIR}/core/daemon/phial.service ${CMAKE_SOURCE_DIR}/core/daemon/phial-stick@.service DESTINATION lib/systemd/system)
install(PROGRAMS ${package}/phial-stick DESTINATION lib/phial)
install(FILES ${CMAKE_SOURCE_DIR}/udev/60-phial.rules DESTINATION lib/udev/rules.d)
install(FILES ${package}/completion.bash DESTINATION share/bash-completion/completions RENAME phial)
install(FILES ${package}/copyright ${CMAKE_SOURCE_DIR}/docs/NOTICES.md DESTINATION share/doc/phial)
install(FILES ${package}/phial.conf DESTINATION share/doc/phial/examples)

# Debian wants man pages and changelogs compressed, without a time in them.
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.1)
set(compressed)
function(phial_compress source target)
    add_custom_command(OUTPUT ${target} COMMAND gzip -9nc ${source} > ${target} DEPENDS ${source} VERBATIM)
    set(compressed ${compressed} ${target} PARENT_SCOPE)
endfunction()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
foreach(page ${pages})
    get_filename_component(name ${page} NAME)
    phial_compress(${page} ${CMAKE_BINARY_DIR}/package/${name}.gz)
endforeach()
install(FILES ${compressed} DESTINATION share/man/man1)
phial_compress(${package}/changelog ${CMAKE_BINARY_DIR}/package/changelog.gz)
install(FILES ${CMAKE_BINARY_DIR}/package/changelog.gz DESTINATION share/doc/phial)
add_custom_target(phial_documents ALL DEPENDS ${compressed})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME phial)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR Phial)
set(CPACK_PACKAGE_CONTACT "The Phial developers <phial@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "laboratory middleware for small clinics")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Phial takes the results of small laboratory analyzers over serial lines, USB,
the network and watched folders, finds the specimen that each belongs to by its
bar code, and shows them to a provider who signs them. It prints the labels, and
keeps a chain of custody that shows when a record was changed behind its back.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The fonts are what a label needs to show a name in any script (labels/draw).
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "adduser, init-system-helpers (>= 1.54), mount, libcups2, fonts-dejavu-core, fonts-dejavu-extra, fonts-noto-core, fonts-wqy-microhei")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd-timesyncd | time-daemon, tzdata, udev")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, cups")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package}/postinst ${package}/prerm ${package}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
