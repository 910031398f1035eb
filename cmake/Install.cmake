# What `cmake --install` puts where. The paths below the prefix are those the unit file and the daemon's defaults name, so the
# prefix is /usr unless somebody says otherwise; "lib" is literal: drivers are no libraries and have no architecture in their path.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
    set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "where cmake --install puts things" FORCE)
endif()

foreach(program gatehoused gatehouse gatehouse-sim)
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

install(DIRECTORY ${CMAKE_SOURCE_DIR}/config/profiles/ DESTINATION share/gatehouse/profiles FILES_MATCHING PATTERN "*.yaml")

# Never /etc/gatehouse/gatehouse.yaml itself: that file is the site's.
file(GLOB examples CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/config/*.yaml ${CMAKE_SOURCE_DIR}/config/*.json)
install(FILES ${examples} DESTINATION share/doc/gatehouse/examples)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/systemd/examples/ DESTINATION share/doc/gatehouse/examples/gatehouse.service.d)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION share/doc/gatehouse)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION share/doc/gatehouse FILES_MATCHING PATTERN "*.md")

install(FILES ${CMAKE_SOURCE_DIR}/systemd/gatehouse.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/gatehouse.sysusers DESTINATION lib/sysusers.d RENAME gatehouse.conf)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/gatehouse.tmpfiles DESTINATION lib/tmpfiles.d RENAME gatehouse.conf)
