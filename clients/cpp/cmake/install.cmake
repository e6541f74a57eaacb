include(CMakePackageConfigHelpers)

install(TARGETS achex EXPORT achexTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/achex DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT achexTargets NAMESPACE achex:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/achex)

configure_package_config_file(cmake/achexConfig.cmake.in achexConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/achex)
write_basic_package_version_file(achexConfigVersion.cmake COMPATIBILITY SameMinorVersion)
configure_file(cmake/achex.pc.in achex.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/achexConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/achexConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/achex)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/achex.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
