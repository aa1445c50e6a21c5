# Puts the files of web/pages into the binary: one table, made anew when a file changes.
file(GLOB_RECURSE web_pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/pages/*)
set(web_table ${CMAKE_BINARY_DIR}/generated/web_pages.c)
add_custom_command(
    OUTPUT ${web_table}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/web/pages -DOUT=${web_table}
            -P ${CMAKE_SOURCE_DIR}/web/table.cmake
    DEPENDS ${web_pages} ${CMAKE_SOURCE_DIR}/web/table.cmake
    COMMENT "Table of pages")
get_target_property(web_type phial_web TYPE)
if(NOT web_type STREQUAL "INTERFACE_LIBRARY")
    target_sources(phial_web PRIVATE ${web_table})
endif()
