# Makes the table of built-in profiles out of the .profile files of this folder, and refuses a
# profile that has no recording (DESIGN 5).
option(PHIAL_UNRECORDED "Only warn of a profile without a recording, while one is being written" OFF)
set(profile_unrecorded FATAL_ERROR)
if(PHIAL_UNRECORDED)
    set(profile_unrecorded WARNING)
endif()
file(GLOB profile_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/instruments/profiles/*.profile)
foreach(file ${profile_files})
    get_filename_component(id ${file} NAME_WLE)
    file(GLOB recordings CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/replay/${id}/*.session)
    if(NOT recordings)
        message(${profile_unrecorded} "The profile ${id} has no recording: put one into tests/replay/${id}/ as NAME.session with NAME.json.")
    endif()
endforeach()

set(profile_table ${CMAKE_BINARY_DIR}/generated/profiles_builtin.c)
add_custom_command(
    OUTPUT ${profile_table}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/instruments/profiles -DOUT=${profile_table}
            -P ${CMAKE_SOURCE_DIR}/instruments/profiles/table.cmake
    DEPENDS ${profile_files} ${CMAKE_SOURCE_DIR}/instruments/profiles/table.cmake
    COMMENT "Table of built-in profiles")
get_target_property(profile_type phial_profile TYPE)
if(NOT profile_type STREQUAL "INTERFACE_LIBRARY")
    target_sources(phial_profile PRIVATE ${profile_table})
endif()
