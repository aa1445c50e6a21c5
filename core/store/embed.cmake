# Makes core/store/schema/*.sql and core/store/queries/*.sql into headers of string literals, so
# that the binary needs no file beside it.
file(GLOB store_migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/store/schema/*.sql)
file(GLOB store_queries CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/store/queries/*.sql)
list(SORT store_migrations)

# The file's text as a C literal in `out`. Comment lines are left out, so that a prepared query begins with it.
function(store_sql_literal path out)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} text)
    string(REGEX REPLACE "(^|\n)--[^\n]*" "\\1" text "${text}")
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
    set(${out} "\"${text}\"" PARENT_SCOPE)
endfunction()

set(schema_text "/* From core/store/schema; see embed.cmake. */\n#define SCHEMA_MIGRATIONS(X) \\\n")
set(schema_bodies "")
foreach(path ${store_migrations})
    get_filename_component(name ${path} NAME_WE)
    string(REGEX MATCH "^[0-9]+" number ${name})
    string(REGEX REPLACE "^0+" "" number ${number})
    store_sql_literal(${path} literal)
    string(APPEND schema_text "    X(${number}, \"${name}\", schema_${number}) \\\n")
    string(APPEND schema_bodies "static const char schema_${number}[] =\n    ${literal};\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/core/store/schema.inc @ONLY
    CONTENT "${schema_text}\n\n${schema_bodies}")

set(query_bodies "/* From core/store/queries; see embed.cmake. */\n")
foreach(path ${store_queries})
    get_filename_component(name ${path} NAME_WE)
    store_sql_literal(${path} literal)
    string(APPEND query_bodies "static const char query_${name}[] =\n    ${literal};\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/core/store/queries.inc @ONLY
    CONTENT "${query_bodies}")
