# Run by embed.cmake: writes OUT from every .profile of FOLDER.
file(GLOB files ${FOLDER}/*.profile)
list(SORT files)
set(texts "")
set(rows "")
set(names "")
foreach(file ${files})
    get_filename_component(id ${file} NAME_WLE)
    string(REPLACE "-" "_" symbol ${id})
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND texts "static const unsigned char text_${symbol}[] = { ${bytes} };\n")
    string(APPEND rows "    { \"${id}\", \"${id}.profile\", text_${symbol}, sizeof text_${symbol} },\n")
    string(APPEND names "    \"${id}\",\n")
endforeach()
file(WRITE ${OUT} "#include \"instruments/profile/builtin.h\"\n\n${texts}
const struct profile_builtin profile_builtins[] = {\n${rows}};
const size_t profile_builtin_count = sizeof profile_builtins / sizeof profile_builtins[0];
const char *const profile_builtin_names[] = {\n${names}    NULL,\n};\n")
