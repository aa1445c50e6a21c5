# The program that prints the udev rules out of the profiles, and the test that the committed file is
# what it prints.
add_executable(print_rules ${CMAKE_SOURCE_DIR}/udev/print_rules.c ${CMAKE_SOURCE_DIR}/udev/rules.c)
target_link_libraries(print_rules phial_profile)
if(PHIAL_TESTS)
    enable_testing()
    add_test(NAME udev.rules COMMAND print_rules ${CMAKE_SOURCE_DIR}/udev/60-phial.rules)
endif()
