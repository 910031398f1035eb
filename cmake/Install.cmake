# What `cmake --install` puts where. The paths below the prefix are those the unit file and the daemon's defaults name, so the
# prefix is /usr unless somebody says otherwise; "lib" is literal: drivers are no libraries and have no architecture in their path.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
    set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "where cmake --install puts things" FORCE)
endif()

foreach(program gatehoused gatehouse gatehouse-sim gatehouse-driver-check)
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION bin)
    endif()
endforeach()

# A driver and its manifest lie side by side; the daemon refuses one that others may write.
foreach(name mqtt modbus osdp)
    set(program gatehouse-driver-${name})
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION lib/gatehouse/drivers
                PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
        install(FILES ${CMAKE_SOURCE_DIR}/drivers/${name}/${program}.json DESTINATION lib/gatehouse/drivers
                PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    endif()
endforeach()

install(DIRECTORY ${CMAKE_SOURCE_DIR}/config/profiles/ DESTINATION share/gatehouse/profiles
        FILES_MATCHING PATTERN "*.yaml" PATTERN "*.replay" PATTERN "*.json")

# Never /etc/gatehouse/gatehouse.yaml itself: that file is the site's.
file(GLOB examples CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/config/*.yaml ${CMAKE_SOURCE_DIR}/config/*.json)
install(FILES ${examples} DESTINATION share/doc/gatehouse/examples)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/config/broker DESTINATION share/doc/gatehouse/examples)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/systemd/examples/ DESTINATION share/doc/gatehouse/examples/gatehouse.service.d)
foreach(page README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE)
    install(FILES ${CMAKE_SOURCE_DIR}/${page} DESTINATION share/doc/gatehouse)
endforeach()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION share/doc/gatehouse FILES_MATCHING PATTERN "*.md")

# What a driver begins with: the skeleton in Python beside its SDK, as it runs; the one in C++ to read, for it is built with the source.
install(PROGRAMS ${CMAKE_SOURCE_DIR}/drivers/skeleton/gatehouse-driver-skeleton-py DESTINATION share/doc/gatehouse/examples/drivers)
install(FILES ${CMAKE_SOURCE_DIR}/drivers/skeleton/gatehouse-driver-skeleton-py.json ${CMAKE_SOURCE_DIR}/drivers/sdk/python/gatehouse_driver.py
              ${CMAKE_SOURCE_DIR}/drivers/sdk/python/gatehouse_fields.py DESTINATION share/doc/gatehouse/examples/drivers)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/drivers/skeleton/ DESTINATION share/doc/gatehouse/examples/drivers/cpp
        FILES_MATCHING PATTERN "*.cpp" PATTERN "*.hpp" PATTERN "gatehouse-driver-skeleton.json")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/tests/drivers/kit/benches DESTINATION share/doc/gatehouse/examples)

install(FILES ${CMAKE_SOURCE_DIR}/systemd/gatehouse.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/gatehouse.sysusers DESTINATION lib/sysusers.d RENAME gatehouse.conf)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/gatehouse.tmpfiles DESTINATION lib/tmpfiles.d RENAME gatehouse.conf)
