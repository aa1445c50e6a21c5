# Makes menu.csv, limits.csv and readings.csv into byte arrays, so that the binary needs no file beside it.
set(catalogue_text "/* From core/catalogue; see embed.cmake. */\n")
foreach(name menu limits readings)
    set(path ${CMAKE_SOURCE_DIR}/core/catalogue/${name}.csv)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND catalogue_text "static const char catalogue_${name}[] = { ${bytes} 0 };\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/core/catalogue/catalogue.inc @ONLY
    CONTENT "${catalogue_text}")
